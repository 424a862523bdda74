import MeterCore
import MeterProtocols
import Testing

@testable import MeterSources

@Suite struct MBusGatesTests {
    private let start = Uptime.now

    private struct Answer {
        var meter: UInt32
        var records: [MBusRecord]
    }

    private func answer(_ value: MBusNumber, of quantity: MBusQuantity, unit: String, from meter: UInt32 = 1) -> Answer
    {
        Answer(
            meter: meter,
            records: [
                MBusRecord(quantity, .number(value), unit: unit),
                MBusRecord(quantity, .number(.decimal(Int64(meter), exponent: 0)), unit: unit, storage: 1),
            ]
        )
    }

    private func judge(_ gates: inout MBusGates, _ answer: Answer, after seconds: Int) -> MBusGates.Judgement {
        gates.judge(
            answer.records,
            of: MBusMeterAddress(identification: answer.meter),
            at: start + .seconds(seconds)
        )
    }

    /// The fields that are held, answer by answer, a quarter of an hour apart.
    private func held(_ fields: [MBusField], _ answers: [Answer]) -> [Set<String>] {
        var gates = MBusGates(fields)
        return answers.enumerated().map { judge(&gates, $1, after: 900 * $0).held }
    }

    @Test("a false value of any kind of register is held, and the true ones around it are not")
    func falseValues() {
        for (role, quantity, unit, field) in [
            (MeterRole.consumption, MBusQuantity.energy, "Wh", "wh_in"), (.production, .energy, "Wh", "wh"),
            (.heat, .energy, "J", "value"), (.water, .volume, "m³", "value"), (.heat, .volume, "m³", "volume_m3"),
        ] {
            func answer(_ number: Int64) -> Answer {
                // In m³ three places, in J a million at once.
                let exponent = unit == "m³" ? -3 : unit == "J" ? 6 : 0
                return self.answer(.decimal(number, exponent: exponent), of: quantity, unit: unit)
            }
            let values: [Int64] = [5_000_000, 5_000_010, 5_000_020, 905_000_020, 30, 5_000_030, 5_000_040]
            #expect(
                held(role.mbusFields, values.map(answer)) == [[field], [], [], [field], [field], [], []],
                "\(role) \(field)"
            )
        }
    }

    @Test("a reset or replaced meter is believed in time, another one after a second reading")
    func changes() {
        let field = MeterRole.water.mbusFields
        func answer(_ number: Int64, _ meter: UInt32 = 1) -> Answer {
            self.answer(.decimal(number, exponent: 0), of: .volume, unit: "m³", from: meter)
        }
        let reset = [answer(70), answer(70), answer(1), answer(1), answer(1), answer(1), answer(1)]
        #expect(held(field, reset).map(\.isEmpty) == [false, true, false, false, false, true, true])
        let replaced = [answer(70), answer(70), answer(1, 2), answer(1, 2), answer(1, 2)]
        #expect(held(field, replaced).map(\.isEmpty) == [false, true, false, true, true])
    }

    @Test("a meter that counts in large units takes one step at a time unhindered")
    func coarse() {
        let answers = [3, 3, 4, 4, 5].map { answer(.decimal($0, exponent: 9), of: .energy, unit: "J") }
        #expect(held(MeterRole.heat.mbusFields, answers).map(\.isEmpty) == [false, true, true, true, true])
        let large = [7, 7, 8].map { answer(.decimal($0, exponent: 7), of: .energy, unit: "Wh") }
        #expect(held(MeterRole.consumption.mbusFields, large).map(\.isEmpty) == [false, true, true])
    }

    @Test("what was kept at a due date may change as it likes, and the first reading asks for another")
    func keptValues() {
        let fields = [MBusField("last_year", MBusSelector("energy storage 1 in kWh") ?? MBusSelector(.energy))]
        var gates = MBusGates(fields + MeterRole.heat.mbusFields)
        let first = judge(&gates, answer(.decimal(500, exponent: 3), of: .energy, unit: "Wh"), after: 0)
        #expect(first == MBusGates.Judgement(held: ["value"], isFirst: true))
        let second = judge(&gates, answer(.decimal(500, exponent: 3), of: .energy, unit: "Wh"), after: 0)
        #expect(second == MBusGates.Judgement())
        let third = judge(&gates, answer(.decimal(900, exponent: 6), of: .energy, unit: "Wh"), after: 9)
        #expect(third == MBusGates.Judgement(held: ["value"], isFirst: false))
    }
}
