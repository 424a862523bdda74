import MeterProtocols
import Testing

@Suite struct MeterAddressTests {
    @Test("an address comes apart into maker, year, type and number")
    func parts() throws {
        let address = try #require(MeterAddress("041967123456"))
        #expect([address.constructor, address.yearOfCentury, address.type, address.serial] == [4, 19, 67, 123_456])
        #expect(address.constructorName == "Landis+Gyr")
        #expect(address.isLinky)
        #expect(address.description == "041967123456")
    }

    @Test(
        "types tell a Linky, and a three-phase one",
        arguments: [
            ("021861000001", true, false), ("032063000001", true, true), ("042175000001", true, false),
            ("112276000001", true, true), ("020128000001", false, false), ("021068000001", true, false),
        ]
    )
    func types(text: String, linky: Bool, threePhase: Bool) throws {
        let address = try #require(MeterAddress(text))
        #expect(address.isLinky == linky)
        #expect(address.isThreePhaseLinky == threePhase)
    }

    @Test(
        "anything but 12 digits is no address",
        arguments: ["", "04196712345", "0419671234567", "04196712345A", "04196712345é"]
    )
    func refused(text: String) {
        #expect(MeterAddress(text) == nil)
    }
}
