import MeterCore
import MeterProtocols
import Synchronization
import Testing

@testable import MeterSources

/// Devices that say what they are, and those that do not.
@Suite struct ProfileIdentityTests {
    /// The profile by which a device is known at a unit, and all that it was asked.
    private func known(
        _ text: String,
        unit: UInt8,
        isOwn: Bool = false
    ) async throws -> (key: String?, evidence: String?, asked: [ModbusSpan]) {
        let device = RegisterDevice(text, isLowFirst: false)
        var reader = ProfileMatch.Reader { span in try device.ask(.read(span)).words }
        let match = try await ProfileMatch.named(unit, isOwn: isOwn, &reader)
        return (match?.key, match?.evidence, device.state.withLock { $0.asked })
    }

    @Test(
        "a family is known by its name or its type code",
        arguments: [
            ("30000 text SUN2000-6KTL-L1", UInt8(1), "huawei-sun2000"),
            ("30000 text SUN2000-5KTL-M1", 0, "huawei-sun2000"),
            ("4999 u16 3587", 1, "sungrow-sh"), ("4999 u16 9276", 2, "sungrow-sg"),
            ("0 u16 3; 79 u16 5001", 1, "deye-hybrid-1p"), ("0 u16 5; 609 u16 4998", 1, "deye-hybrid-3p"),
            ("0 u16 6; 609 u16 5000", 1, "deye-hybrid-3p-hv"), ("0 u16 2; 79 u16 5002", 1, "deye-string"),
            ("30000 u16 3502; 37 u16 5000; 13 u16 5000", 1, "growatt-sph"),
            ("30000 u16 5100; 3025 u16 5000", 1, "growatt-tlxh"), ("3025 u16 5000; 37 u16 5000", 1, "growatt-tlx"),
            ("37 u16 5000; 13 u16 5000", 1, "growatt-mod"), ("13 u16 5000", 1, "growatt-mic"),
            ("35000 u16 8240; 33094 u16 5000", 1, "solis-hybrid"), ("2999 u16 513; 3042 u16 4999", 1, "solis-string"),
            ("31000 text VNSE3-0; 34002 u16 715", 1, "marstek-venus-e3"),
            ("31000 text VNSE-0; 32104 u16 71", 1, "marstek-venus-e2"), ("32768 text A17C5", 1, "anker-solarbank"),
        ]
    )
    func families(_ text: String, _ unit: UInt8, _ key: String) async throws {
        #expect(try await known(text, unit: unit).key == key)
    }

    @Test(
        "a device with a unit of its own is asked there, and nowhere else",
        arguments: [
            ("768 text PLENTICORE; 800 u16 0", UInt8(71), "kostal-plenticore"),
            ("800 text c0619ab1d5f2", 100, "victron-gx"),
            ("30051 u32 8001", 3, "sma-sunny-boy"), ("30051 u32 8007", 3, "sma-storage"),
            ("35003 text 95048ETU218W0000", 247, "goodwe-et"), ("30004 text 5010KMSC000W0000", 127, "goodwe-dt"),
        ]
    )
    func ownUnits(_ text: String, _ unit: UInt8, _ key: String) async throws {
        let found = try await known(text, unit: unit, isOwn: true)
        #expect(found.key == key)
        #expect(try await known(text, unit: 9, isOwn: true).key == nil)
        #expect(try await known(text, unit: 9, isOwn: true).asked.isEmpty)
    }

    @Test(
        "another device is none of them, and is asked few and short questions",
        arguments: ["", "0 u16 3", "0 u16 17254; 1 u16 32768; 70 u16 16968", "13 u16 2300; 37 u16 60000"]
    )
    func others(_ text: String) async throws {
        let found = try await known(text, unit: 1)
        #expect(found.key == nil, "\(found.evidence ?? "")")
        #expect(found.asked.count < 20 && found.asked.allSatisfy { $0.count <= 15 })
        #expect(Set(found.asked).count == found.asked.count, "each question once")
    }
}
