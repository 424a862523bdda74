/// The power factor of the last half hour, from 0.5 to 1; 1 until enough was counted.
struct PowerFactor: Sendable {
    private struct Step: Sendable {
        var time: Int64
        var register: Double
        var voltAmpereHours: Double
    }

    /// The seconds over which energy and volt-ampere hours are compared.
    private static let span: Int64 = 1800
    /// Wh below which the register's whole steps are too coarse to tell.
    private static let least = 50.0

    private var last: (va: Double, time: Int64)?
    private var voltAmpereHours = 0.0
    /// The readings at which the register had just moved: there it is exact.
    private var steps: [Step] = []
    private var factor = 1.0

    init() {}

    /// Takes a reading and says the factor.
    mutating func note(_ va: Double, register: Double?, at time: Int64) -> Double {
        if let last {
            if time - last.time > Balance.freshness { steps = [] }
            voltAmpereHours += (va + last.va) / 2 * Double(time - last.time) / 3600
        }
        last = (va, time)
        guard let register, register != steps.last?.register else { return factor }
        if let before = steps.last, register < before.register { steps = [] }
        steps.append(Step(time: time, register: register, voltAmpereHours: voltAmpereHours))
        steps.removeFirst(steps.firstPlace { $0.time >= time - Self.span })
        guard let first = steps.first else { return factor }
        let energy = register - first.register
        let apparent = voltAmpereHours - first.voltAmpereHours
        if energy >= Self.least, apparent > 0 { factor = min(1, max(0.5, energy / apparent)) }
        return factor
    }
}
