import MeterNotation
import MeterProtocols
import Testing

/// The bytes of hexadecimal text.
func bytes(_ text: String) -> [UInt8] { text.split(separator: " ").compactMap { UInt8($0, radix: 16) } }

/// The one telegram in a text.
func telegram(_ text: String) throws -> MBusTelegram {
    guard case .frame(let frame, _) = MBusFramer.look(bytes(text)[...]) else {
        throw MBusError.notAnAnswer(information: 0)
    }
    return try MBusTelegram(frame)
}

/// A telegram with the usual header and these records, for one record a test.
func telegram(records: String, information: UInt8 = 0x72) throws -> MBusTelegram {
    let header = bytes("78 56 34 12 42 04 20 02 2A 00 00 00")
    return try MBusTelegram(.long(control: 8, address: 5, information: information, data: header + bytes(records)))
}

@Suite struct MBusTelegramTests {
    @Test("an electricity meter's answer, built by hand and read by libmbus")
    func electricity() throws {
        let answer = try telegram(
            "68 3B 3B 68 08 05 72 78 56 34 12 42 04 20 02 2A 00 00 00 0E 04 67 45 23 01 00 00 04 2B 24 FA FF FF "
                + "02 FD 48 0B 09 03 FD 59 F3 05 00 44 03 3F B4 96 00 84 10 03 47 F4 10 00 04 6D 1E 0C 2E 37 B0 16"
        )
        let meter = try #require(answer.header?.meter)
        #expect(meter.digits == "12345678" && meter.manufacturer == "ABB" && meter.medium.description == "electricity")
        let values = answer.records.map { "\(MBusSelector($0)): \(text($0.value)) \($0.unit)" }
        #expect(
            values == [
                "energy: 12345670.0 Wh", "power: -1500.0 W", "voltage: 231.5 V", "current: 1.523 A",
                "energy storage 1: 9876543.0 Wh", "energy tariff 1: 1111111.0 Wh", "date and time: 2025-07-14T12:30 ",
            ]
        )
        #expect(!answer.moreFollows && answer.manufacturerData == nil)
    }

    @Test("a water meter's answer that goes on")
    func water() throws {
        let answer = try telegram(
            "68 25 25 68 08 0A 72 21 43 65 87 18 4E 01 07 05 00 00 00 0C 13 67 45 23 01 0B 3B 50 12 00 4C 13 00 00 20 01 "
                + "42 6C BF 3C 1F 26 16"
        )
        #expect(answer.moreFollows && answer.manufacturerData == [])
        let values = answer.records.map { "\(MBusSelector($0)): \(text($0.value)) \($0.unit)" }
        #expect(
            values == [
                "volume: 1234.567 m³", "volume flow: 1.25 m³/h", "volume storage 1: 1200.0 m³",
                "date storage 1: 2029-12-31 ",
            ]
        )
    }

    private func text(_ value: MBusValue) -> String {
        switch value {
        case .number(let number): "\(number.double)"
        case .date(let date): "\(date)"
        default: "\(value)"
        }
    }

    /// One record, and what it says.
    private static let records: [(String, String)] = [
        ("0C 06 78 56 34 F2", "energy: -2345678000.0 Wh"),
        ("0B 3B A0 12 00", "volume flow: invalid m³/h"),
        ("01 FD 17 FF", "error flags: 255.0"),
        ("01 5B FF", "flow temperature: -1.0 °C"),
        ("07 03 FF FF FF FF FF FF FF 7F", "energy: 9.223372036854776e+18 Wh"),
        ("03 22 FF FF FF", "on time: -3600.0 s"),
        ("02 71 0A 00", "averaging duration: 600.0 s"),
        ("05 2E 00 00 80 3F", "power: 1000.0 W"),
        ("05 5B 00 00 C0 7F", "flow temperature: invalid °C"),
        ("02 FB 01 05 00", "energy: 5000000.0 Wh"),
        ("02 FB 1A 2B 02", "relative humidity: 55.5 %"),
        ("03 FB 2C 50 C3 00", "frequency: 50.0 Hz"),
        ("02 83 76 05 00", "energy: 5.0 Wh"),
        ("02 83 7D 05 00", "energy: 5000.0 Wh"),
        ("02 DA 7B 05 00", "flow temperature: 1.5 °C"),
        ("02 93 22 05 00", "volume (per h): 0.005 m³/h"),
        ("02 83 15 05 00", "energy (no data available): invalid Wh"),
        ("02 AB 52 05 00", "power (duration of the first exceeding of the lower limit): 18000.0 s"),
        ("0D 78 03 63 62 61", "fabrication number: abc"),
        ("0D 06 C2 34 12", "energy: 1234000.0 Wh"),
        ("0D 06 D2 34 12", "energy: -1234000.0 Wh"),
        ("02 7C 03 48 52 25 74 01", "called %RH: 372.0"),
        ("06 6D 1E 1E 0C 2E 37 00", "date and time: 2025-07-14T12:30:30"),
        ("03 6D 1E 1E 0C", "date and time: 12:30:30"),
        ("04 6D 9E 0C 2E 37", "date and time: invalid"),
        ("04 6D 1E 2C 6E C7", "date and time: 2099-07-14T12:30"),
        ("02 6C FF 3C", "date: 2031-12-31"),
        ("02 FF 21 05 00", "manufacturer specific: 5.0"),
        ("CA 8F 4F 06 01 00", "energy storage 511 subunit 2: 1000.0 Wh"),
        ("00 06", "energy: nothing Wh"),
        ("04 0E 05 00 00 00", "energy: 5000000.0 J"),
        ("04 36 05 00 00 00", "power: 5000000.0 J/h"),
        ("04 16 05 00 00 00", "volume: 5.0 m³"),
        ("84 90 10 03 01 00 00 00", "energy tariff 5: 1.0 Wh"),
    ]

    @Test("each type of data and each kind of extension means what the standard says", arguments: records)
    func record(hex: String, meaning: String) throws {
        let answer = try telegram(records: hex)
        let record = try #require(answer.records.first)
        let value =
            switch record.value {
            case .number(let number): "\(number.double)"
            case .text(let text): text
            case .date(let date): "\(date)"
            case .invalid: "invalid"
            case .none: "nothing"
            case .bytes(let bytes): hexadecimal(bytes)
            }
        #expect("\(MBusSelector(record)): \(value)" + (record.unit.isEmpty ? "" : " \(record.unit)") == meaning)
        #expect(answer.records.count == 1)
    }

    @Test("with the high byte first (CI 76) the same is read")
    func highByteFirst() throws {
        let header = bytes("12 34 56 78 04 42 20 02 2A 00 00 00")
        let data = header + bytes("04 03 00 96 B4 3F 02 6C 37 2E 0D 78 03 61 62 63")
        let answer = try MBusTelegram(.long(control: 8, address: 5, information: 0x76, data: data))
        let usual = try telegram(records: "04 03 3F B4 96 00 02 6C 2E 37 0D 78 03 63 62 61")
        #expect(answer.header == usual.header && answer.records == usual.records)
    }

    @Test("a short header (CI 7A) and none (CI 78) are read")
    func otherHeaders() throws {
        let short = try MBusTelegram(
            .long(control: 8, address: 1, information: 0x7A, data: bytes("2A 04 00 00 01 5B 14"))
        )
        #expect(short.header?.meter == nil && short.header?.status.conditions == ["power low"])
        #expect(short.records.count == 1)
        let none = try MBusTelegram(.long(control: 8, address: 1, information: 0x78, data: bytes("01 5B 14")))
        #expect(none.header == nil && none.records == short.records)
    }

    @Test("what is encrypted is not read as values, what is not is")
    func encrypted() throws {
        let header = bytes("78 56 34 12 42 04 20 02 2A 00 10 05")
        #expect(throws: MBusError.encrypted(mode: 5)) {
            try MBusTelegram(
                .long(control: 8, address: 1, information: 0x72, data: header + bytes("0C 13 67 45 23 01"))
            )
        }
        let open = header + bytes("2F 2F 0C 13 67 45 23 01")
        let answer = try MBusTelegram(.long(control: 8, address: 1, information: 0x72, data: open))
        #expect(answer.records.count == 1)
    }

    @Test("numbers are scaled without a second rounding")
    func exact() {
        #expect(MBusNumber.decimal(1_234_567, exponent: -3).double == 1234.567)
        #expect(MBusNumber.decimal(3, exponent: -1).double == 0.3)
        #expect(MBusNumber.decimal(9_007_199_254_740_993, exponent: 0).integer == 9_007_199_254_740_993)
        #expect(MBusNumber.decimal(12_345, exponent: 3).integer == 12_345_000)
        #expect(MBusNumber.decimal(12_340, exponent: -1).integer == 1234)
        #expect(MBusNumber.decimal(12_345, exponent: -1).integer == nil)
        #expect(MBusNumber.decimal(.max, exponent: 3).integer == nil)
    }

    @Test(
        "an old meter's two counters, in BCD or binary, the second one kept",
        arguments: [
            ("00 E9 7E 01 00 00 00 35 01 00 00", ["volume: 0.001 m³", "volume storage 1: 0.135 m³"]),
            ("01 E9 7E E8 03 00 00 0A 00 00 00", ["volume: 1.0 m³", "volume storage 1: 0.01 m³"]),
            ("80 E9 7E E8 03 00 00 0A 00 00 00", ["volume: 1.0 m³", "volume storage 1: 0.01 m³"]),
            ("00 05 14 67 45 23 01 50 01 00 00", ["energy: 1234567000.0 Wh", "power: 150.0 W"]),
        ]
    )
    func fixed(_ text: String, _ expected: [String]) throws {
        let data = bytes("78 56 34 12 0A " + text)
        let answer = try MBusTelegram(.long(control: 8, address: 5, information: 0x73, data: data))
        #expect(answer.header?.meter?.digits == "12345678" && answer.header?.accessNumber == 10)
        #expect(answer.records.map { "\(MBusSelector($0)): \(self.text($0.value)) \($0.unit)" } == expected)
    }
}
