/// The power factor of the last half hour, from 0.5 to 1; 1 until enough was counted.
///
/// A register that stands still for minutes beside volt-amperes counts nothing: then it is 0 until the register moves.
/// A Linky in mode historique whose house exports shows the volt-amperes of the export as if they were drawn.
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

    /// Seconds and volt-ampere hours after which a register that stands still is believed; of 100 VAh at least 50 Wh
    /// would have been counted in whole ones.
    private static let standing = (seconds: Int64(300), voltAmpereHours: 20.0)

    private var last: (va: Double, time: Int64)?
    private var voltAmpereHours = 0.0
    /// The readings at which the register had just moved: there it is exact.
    private var steps: [Step] = []
    private var factor = 1.0
    /// The time and the volt-ampere hours at which the register was first read as it is.
    private var stand: Step?
    /// True while the register stands still beside volt-amperes.
    private var stood = false

    init() {}

    /// Goes on when the time that was believed until now was corrected.
    mutating func move(by seconds: Int64) {
        last?.time += seconds
        for place in steps.indices { steps[place].time += seconds }
        stand?.time += seconds
    }

    /// Takes a reading and says the factor.
    mutating func note(_ va: Double, register: Double?, at time: Int64) -> Double {
        if let last {
            if time - last.time > Balance.freshness { (steps, stand) = ([], nil) }
            voltAmpereHours += (va + last.va) / 2 * Double(time - last.time) / 3600
        }
        last = (va, time)
        if let register, register != stand?.register {
            (stand, stood) = (Step(time: time, register: register, voltAmpereHours: voltAmpereHours), false)
        }
        if register != nil, let stand {
            stood =
                time - stand.time >= Self.standing.seconds
                && voltAmpereHours - stand.voltAmpereHours >= Self.standing.voltAmpereHours
        }
        guard let register, register != steps.last?.register else { return stood ? 0 : factor }
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
