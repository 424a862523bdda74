import Foundation
import Testing

/// The simulated line, read by the program as a user would.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct ModbusSimulatorTests {
    @Test("the simulated house's meter and inverter are read on one line, and recorded")
    func line() throws {
        let box = try Installation()
        // Noon in June: the sun shines.
        let house = try box.start(
            "simulate",
            "--link",
            box.folder + "/linky",
            "--modbus",
            box.folder + "/rs485",
            "--from",
            "1718013600"
        )
        #expect(Set([house.line(), house.line()]) == [box.folder + "/linky", box.folder + "/rs485"])
        let device = "type = \"modbus\"\ndevice = \"\(box.folder)/rs485\"\nevery = \"1s\"\n"
        let config = try box.configure(
            "http://127.0.0.1:1",
            sources: "[source.meter]\n\(device)profile = \"eastron-sdm120\"\nrole = \"grid\"\n"
                + "[source.solaire]\n\(device)unit = 2\n"
        )
        let meter = try box.run("read", "meter", "--config", config, "--seconds", "2.5", "--format", "influx")
        #expect(meter.code == 0)
        let fields =
            /meter,role=import,site=maison,source=meter v=\d+,a=[\d.]+,w=-?[\d.]+,va=[\d.]+,var=0,pf=-?[\d.]+,hz=50,wh_in=\d+i,wh_out=\d+i \d+/
        #expect(meter.output.contains(fields), "\(meter.output)")
        let solar = try box.run("read", "solaire", "--config", config, "--seconds", "2.5", "--format", "influx")
        #expect(solar.code == 0)
        let production =
            /production,kind=inverter,site=maison,source=solaire w=[1-9]\d*,wh=123456\d\di,v=2\d\d,a=[\d.]+,hz=50,temp_c=35,state=4i,alarm=0i \d+/
        #expect(solar.output.contains(production), "\(solar.output)")
        let file = box.folder + "/line.capture"
        #expect(try box.run("capture", "solaire", file, "--config", config, "--seconds", "1.5").code == 0)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        #expect(bytes.range(of: Data([0x02, 0x03, 0x9C, 0x40, 0x00, 0x02, 0xEB, 0xBC])) != nil, "the request")
        #expect(bytes.range(of: Data([0x02, 0x03, 0x04, 0x53, 0x75, 0x6E, 0x53])) != nil, "the answer")
    }
}
