import Foundation
import MeterCore
import MeterProtocols
import Testing

@testable import MeterSources

/// Energy of electricity meters that keep it by tariff, with a remark or in a record of their own.
@Suite struct MBusEnergyTests {
    private static let corpus =
        (ProcessInfo.processInfo.environment["SHARED_CORPORA"] ?? "/none") + "/mbus/test-frames"

    private func bytes(_ text: String) -> [UInt8] { text.split { !$0.isHexDigit }.compactMap { UInt8($0, radix: 16) } }

    private func telegram(_ text: String) throws -> MBusTelegram {
        guard case .frame(let frame, _) = MBusFramer.look(bytes(text)[...]) else {
            throw MBusError.notAnAnswer(information: 0)
        }
        return try MBusTelegram(frame)
    }

    /// A long frame around records in hexadecimal, of an electricity meter.
    private func meter(_ records: String) throws -> MBusTelegram {
        let body = bytes("08 01 72 78 56 34 12 42 04 01 02 01 00 00 00 " + records)
        let length = UInt8(body.count)
        let sum = body.reduce(UInt8(0), &+)
        guard case .frame(let frame, _) = MBusFramer.look(([0x68, length, length, 0x68] + body + [sum, 0x16])[...])
        else { throw MBusError.notAnAnswer(information: 0) }
        return try MBusTelegram(frame)
    }

    private func wattHours(_ telegram: MBusTelegram) -> Int64? {
        MBusSelector(.energy, in: "Wh").value(in: telegram.records)?.integer
    }

    @Test("a register by tariff alone is the total, and so is one that says that it has no error")
    func recorded() throws {
        let tariff = "68 16 16 68 08 01 72 78 56 34 12 42 04 01 02 01 00 00 00 84 10 03 E8 03 00 00 5B 16"
        #expect(try wattHours(telegram(tariff)) == 1000)
        #expect(try wattHours(meter("04 83 00 E8 03 00 00")) == 1000)
        let words = try #require(MBusSelector("energy (no error) in Wh"))
        #expect(try words.value(in: meter("04 83 00 E8 03 00 00").records)?.integer == 1000)
    }

    @Test("tariffs are summed where there is no total, across units and never without one of them")
    func sums() throws {
        // 1000 Wh, 2 kWh.
        #expect(try wattHours(meter("84 10 03 E8 03 00 00 84 20 06 02 00 00 00")) == 3000)
        // The total wins over its parts.
        #expect(try wattHours(meter("04 03 05 00 00 00 84 10 03 E8 03 00 00")) == 5)
        // A tariff that is told twice.
        #expect(try wattHours(meter("84 10 03 E8 03 00 00 84 10 03 E8 03 00 00")) == 1000)
        // The second one is not known now.
        #expect(try wattHours(meter("84 10 03 E8 03 00 00 84 20 03 00 00 00 80")) == nil)
        // What was kept at the last due date, and another part of the meter, are not of the total.
        #expect(try wattHours(meter("84 10 03 E8 03 00 00 C4 20 03 01 00 00 00 84 50 03 01 00 00 00")) == 1000)
    }

    @Test(
        "the lowest number of any width means that there is none",
        arguments: [
            "04 03 00 00 00 80", "02 03 00 80", "03 03 00 00 80", "06 03 00 00 00 00 00 80",
            "07 03 00 00 00 00 00 00 00 80",
        ]
    )
    func lowest(_ record: String) throws { #expect(try wattHours(meter(record)) == nil) }

    @Test("a record that only the maker knows is scaled by hand, exactly, and its register is watched")
    func scaled() throws {
        let answer = try meter("04 FF 01 87 D6 12 00")
        let selector = try #require(MBusSelector("record 0 times 10"))
        #expect(selector.value(in: answer.records)?.integer == 12_345_670)
        #expect(MBusSelector(selector.description) == selector)
        #expect(try #require(MBusSelector("record 0 times 0.01")).value(in: answer.records)?.double == 12_345.67)
        #expect(MBusSelector("record 0 times -1") == nil)
        #expect(MBusSelector("record 0 times") == nil)
        var gates = MBusGates([MBusField("wh_in", selector)])
        #expect(gates.judge(answer.records, of: nil, at: .now).held == ["wh_in"])
    }

    @Test("a proposal has each record once, by words that pick just it")
    func once() throws {
        let records = try meter("02 2B 01 00 02 2B 02 00 42 2B 03 00 02 FD 48 04 00").records
        let each = MBusSelector.each(of: records)
        #expect(each.map(\.selector.description) == ["power", "record 1", "power storage 1", "voltage"])
        for (selector, record) in each {
            #expect(MBusSelector(selector.description)?.value(in: records) == record.value.number)
        }
    }

    @Test(
        "each electricity meter of the corpus that has energy gives it by what is proposed",
        .enabled(if: FileManager.default.fileExists(atPath: corpus))
    )
    func proposals() throws {
        var electric = 0
        var found: [String] = []
        for file in try FileManager.default.contentsOfDirectory(atPath: Self.corpus) where file.hasSuffix(".hex") {
            guard let answer = try? telegram(String(contentsOfFile: "\(Self.corpus)/\(file)", encoding: .utf8)),
                answer.header?.meter?.mediumCode == 2
            else { continue }
            electric += 1
            let guess = MBusGuess([answer])
            let own = guess.fields.compactMap { line -> MBusField? in
                MBusSelector(line.value.filter { $0 != "\"" }).map { MBusField(line.key, $0) }
            }
            #expect(own.count == guess.fields.count, "\(file): \(guess.fields)")
            #expect(Set(own.map(\.selector)).count == own.count, "\(file) has a record twice")
            let names = (guess.role.mbusFields + own).filter { $0.selector.value(in: answer.records) != nil }.map(
                \.name
            )
            let hasEnergy = answer.records.contains {
                $0.quantity == .energy && $0.storage == 0 && $0.function == .instantaneous && $0.value.number != nil
            }
            #expect(names.contains("wh_in") == hasEnergy, "\(file): \(names)")
            if hasEnergy { found.append(file) }
        }
        #expect(electric >= 15)
        #expect(found.count >= 12, "\(found)")
    }
}
