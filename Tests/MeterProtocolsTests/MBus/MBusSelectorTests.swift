import MeterProtocols
import Testing

@Suite struct MBusSelectorTests {
    @Test(
        "what a person writes is understood, and said again in the same words",
        arguments: [
            "energy", "maximum power storage 1", "energy negative only", "volume tariff 2 in l", "called %RH",
            "called bat. time subunit 1", "record 4", "flow temperature", "storage block size storage 3",
            "during error on time", "minimum volume flow tariff 1 subunit 2 in m³/h", "volume (per pulse of input 0)",
            "energy storage 12 in kWh", "energy (on working days only)",
        ]
    )
    func spelling(_ text: String) throws { #expect(try #require(MBusSelector(text)).description == text) }

    @Test(
        "what names no record is refused",
        arguments: [
            "", "enrgy", "energy tariff", "energy tariff x", "energy in furlongs", "record", "record -1", "maximum",
            "energy negative", "called", "energy storage 1 please", "energy (never",
        ]
    )
    func refused(_ text: String) { #expect(MBusSelector(text) == nil) }

    private func value(_ selector: String, _ records: [MBusRecord]) -> Double? {
        MBusSelector(selector)?.value(in: records)?.double
    }

    @Test("the record that is meant is found, in the unit that is wanted")
    func values() {
        let records = [
            MBusRecord(.energy, .number(.decimal(1000, exponent: 0)), unit: "Wh", storage: 1),
            MBusRecord(.energy, .number(.decimal(12_345_670, exponent: 0)), unit: "Wh", qualifiers: [.positiveOnly]),
            MBusRecord(.energy, .number(.decimal(36, exponent: 5)), unit: "J", tariff: 1),
            MBusRecord(.volume, .number(.decimal(5, exponent: -1)), unit: "m³"),
            MBusRecord(.power, .invalid([0xAA]), unit: "W"),
            MBusRecord(.volumeFlow, .number(.decimal(2, exponent: 0)), unit: "m³/min"),
            MBusRecord(.other, .number(.decimal(55, exponent: 0)), name: "%RH"),
        ]
        #expect(value("energy in kWh", records) == 12_345.67)
        #expect(value("energy positive only", records) == 12_345_670)
        #expect(value("energy negative only", records) == nil)
        #expect(value("energy storage 1", records) == 1000)
        #expect(value("energy tariff 1 in Wh", records) == 1000)
        #expect(value("energy tariff 1 in kJ", records) == 3600)
        #expect(value("energy tariff 1 in MJ", records) == 3.6)
        #expect(value("energy tariff 1 in GJ", records) == 0.0036)
        #expect(value("volume in l", records) == 500)
        #expect(value("volume in kWh", records) == nil)
        #expect(value("power", records) == nil)
        #expect(value("volume flow in m3/h", records) == 120)
        #expect(value("called %RH", records) == 55)
        #expect(value("record 3", records) == 0.5)
        #expect(value("record 7", records) == nil)
    }
}
