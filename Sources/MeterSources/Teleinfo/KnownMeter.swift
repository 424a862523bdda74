import MeterCore
import MeterNotation
import MeterProtocols

/// The facts of a meter, learnt over its frames: its number, phases, contract, subscribed power, what it announces.
///
/// A group that was lost or damaged says nothing: nothing is unlearnt by it. The first value of a fact must come twice,
/// another one three times in a row, since one damaged group in 64 passes the checksum. What a device passes on has no
/// such damage, and is believed at once.
struct KnownMeter: Sendable {
    /// The readings in a row that must agree.
    struct Patience: Sendable {
        /// On the first value.
        var first: Int
        /// On what changes by the hour, as the tariff does.
        var moment: Int
        /// On another value of a fact.
        var change: Int

        /// On the meter's own line.
        static let line = Patience(first: 2, moment: 2, change: 3)
        /// For values that came over a network, with its checksums.
        static let network = Patience(first: 1, moment: 1, change: 1)
    }

    /// Frames without the notice of a peak after which it is over: half a minute.
    private static let framesWithoutNotice = 20
    /// Frames without any label of a second phase after which a meter in standard has one phase.
    private static let framesOfOnePhase = 8

    /// The patience with values.
    private let patience: Patience
    /// The meter's serial number, `ADSC` or `ADCO`; `nil` before it is known.
    private(set) var serial: String?
    /// Another serial number, seen once: a damaged one does not come twice.
    private var otherSerial: String?
    /// True when the frame taken last had another serial number than the one known: its values may be another meter's.
    private(set) var isDoubtful = false
    /// A number that changes with what is worth remembering.
    private(set) var revision = 0
    /// The mode of the frame taken last.
    private var mode: TICMode?
    /// The number of phases by the user's word.
    private let toldPhases: Int?
    /// The number of phases, 1 or 3, by the labels.
    private var phaseCount = Confirmed<Int64>()
    /// Frames in a row that could have told a second phase and did not.
    private var singleFrames = 0
    /// The values that stay or change slowly, by label.
    private var words: [Word]
    /// The bits 24 to 31 of `STGE`: Tempo's colours and the peaks.
    private var announcement = Confirmed<Int64>()
    /// The whole of `STGE`.
    private var register = Confirmed<Int64>()
    /// The frames with the notice of a peak, in mode historique, counted to `patience.first`.
    private var noticeFrames = 0
    /// Frames since the last notice.
    private var framesSinceNotice = 0
    /// The current in A of each phase that exceeds, in the short frames taken last; 0 of the others.
    private var overload: [Int64] = []
    /// Short frames in a row.
    private var shortFrames = 0

    /// One label and what is known of it.
    private struct Word: Sendable {
        let label: TICLabel
        let isMoment: Bool
        var known = Confirmed<String>()
    }

    /// The labels whose values stay for months, and those that change by the hour or the day.
    private static let slow: [TICLabel] = [.optarif, .isousc, .ngtf, .pref, .pcoup, .prm, .demain]
    private static let moments: [TICLabel] = [.ptec, .ntarf, .ltarf]

    /// The labels that are not believed before frames agree on them.
    static let facts = TICFrame.Labels([.isousc, .pref, .pcoup, .ptec, .ntarf])

    /// Begins with nothing known.
    ///
    /// - Parameters:
    ///   - patience: the readings that must agree.
    ///   - phases: the number of phases by the user's word, which stands for any meter; `nil` to learn it.
    init(_ patience: Patience, phases: Int? = nil) {
        self.patience = patience
        toldPhases = phases
        words =
            Self.slow.map { Word(label: $0, isMoment: false) } + Self.moments.map { Word(label: $0, isMoment: true) }
    }

    /// Takes a frame.
    ///
    /// - Returns: true when another meter speaks now; all that was known of the one before is forgotten.
    mutating func hear(_ frame: TICFrame) -> Bool {
        let (number, phasesBefore) = (serial, phases)
        let isSwapped = hearSerial(frame)
        guard !isDoubtful else { return false }
        mode = frame.mode
        for place in words.indices where frame.contains(words[place].label) {
            if let known = words[place].known.value, frame.has(words[place].label, known) {
                words[place].known.hear(known, needed: 1)
            } else if let text = frame.text(words[place].label) {
                let needed = words[place].isMoment ? patience.moment : patience.change
                let isFirst = words[place].known.value == nil
                let isNew = words[place].known.hear(text, needed: isFirst ? patience.first : needed)
                if isNew, !words[place].isMoment { revision += 1 }
            }
        }
        if let bits = frame.integer(.stge) {
            announcement.hear(bits >> 24, needed: announcement.value == nil ? patience.first : patience.change)
            register.hear(bits, needed: patience.first)
        }
        hearPhases(frame)
        hearNotice(frame)
        hearOverload(frame)
        if serial != number || phases != phasesBefore { revision += 1 }
        return isSwapped
    }

    /// Forgets what was announced: for a while nothing was heard, in which it may have come true or been withdrawn.
    mutating func forgetAnnouncements() {
        for place in words.indices where words[place].label == .demain { words[place].known = Confirmed() }
        announcement = Confirmed()
        (noticeFrames, framesSinceNotice) = (0, 0)
        (shortFrames, overload) = (0, [])
    }

    /// Takes the serial number; another one counts when it comes in two frames in a row.
    private mutating func hearSerial(_ frame: TICFrame) -> Bool {
        let label = frame.mode == .standard ? TICLabel.adsc : .adco
        isDoubtful = false
        if let serial, frame.has(label, serial) {
            otherSerial = nil
            return false
        }
        guard let now = frame.text(label) else { return false }
        guard otherSerial == now || patience.first == 1 else {
            otherSerial = now
            isDoubtful = serial != nil
            return false
        }
        let isSwapped = serial != nil
        if isSwapped {
            let revision = revision
            self = KnownMeter(patience, phases: toldPhases)
            self.revision = revision
        }
        serial = now
        otherSerial = nil
        return isSwapped
    }

    /// The labels of a second and a third phase.
    private static let second = TICFrame.Labels([
        .iinst2, .iinst3, .imax2, .imax3, .irms2, .irms3, .urms2, .urms3, .umoy2, .umoy3, .sinsts2, .sinsts3, .smaxsn2,
        .smaxsn3, .smaxsn2Yesterday, .smaxsn3Yesterday,
    ])
    /// The labels that only a three-phase meter sends.
    private static let three = second.union(
        TICFrame.Labels([.adir1, .adir2, .adir3, .iinst1, .imax1, .ppot])
    )
    /// The labels that only a single-phase meter sends; in standard it has none of its own.
    private static let single = TICFrame.Labels([.iinst, .imax, .adps])
    /// The labels of a meter in standard beside which a three-phase one would send others.
    private static let first = TICFrame.Labels([.irms1, .urms1, .sinsts, .umoy1])

    /// Takes what a frame says of the phases: of damaged groups nothing, so that one phase is learnt of many frames.
    private mutating func hearPhases(_ frame: TICFrame) {
        // Other devices list the labels of any meter, with 0 A for the phases that it does not have.
        let isRelayed = patience.first == 1
        let isOfThree = !frame.labels.intersection(isRelayed ? Self.second : Self.three).isEmpty
        let isOfOne =
            isRelayed ? frame.integer(.iinst) ?? 0 > 0 : !frame.labels.intersection(Self.single).isEmpty
        guard isOfThree != isOfOne else {
            guard !isOfThree, frame.mode == .standard, !frame.labels.intersection(Self.first).isEmpty else { return }
            singleFrames += frame.isComplete ? Self.framesOfOnePhase / 2 : 1
            let isLearnt = phaseCount.value == nil && singleFrames >= Self.framesOfOnePhase
            if isLearnt || phaseCount.value == 1 { phaseCount.hear(1, needed: 1) }
            return
        }
        singleFrames = 0
        phaseCount.hear(isOfThree ? 3 : 1, needed: phaseCount.value == nil ? patience.first : patience.change)
    }

    /// Takes the notice of a peak, in mode historique a label that is there only during it.
    private mutating func hearNotice(_ frame: TICFrame) {
        guard frame.mode == .historique, !frame.isShort else { return }
        if frame.integer(.pejp) ?? 0 > 0 {
            framesSinceNotice = 0
            noticeFrames = min(noticeFrames + 1, patience.first)
        } else {
            framesSinceNotice = min(framesSinceNotice + 1, Self.framesWithoutNotice)
            if framesSinceNotice == Self.framesWithoutNotice || patience.change == 1 { noticeFrames = 0 }
        }
    }

    /// Takes the alert of short frames; it is believed when two say it.
    private mutating func hearOverload(_ frame: TICFrame) {
        guard frame.isShort else {
            // Any long frame: the alert is said again by the short ones after it.
            let isLong = frame.contains(.optarif) || frame.contains(.isousc) || frame.contains(.papp)
            if isLong { (shortFrames, overload) = (0, []) }
            return
        }
        shortFrames += 1
        if overload.isEmpty { overload = [0, 0, 0] }
        for (place, label) in [TICLabel.adir1, .adir2, .adir3].enumerated() {
            if let amps = frame.integer(label) { overload[place] = max(amps, overload[place]) }
        }
    }
}

// MARK: - What is known

extension KnownMeter {
    /// The number of phases, 1 or 3; `nil` before it is known.
    var phases: Int? { toldPhases ?? phaseCount.value.map { Int($0) } }

    /// The value of one of the slow labels, as it stands on the wire; `nil` before it is known.
    func text(_ label: TICLabel) -> String? { words.first { $0.label == label }?.known.value }

    /// True when what a frame says under one of the slow labels is what is known.
    func agrees(with frame: TICFrame, on label: TICLabel) -> Bool { text(label).map { frame.has(label, $0) } ?? false }

    /// The subscribed power in VA: `PREF` is in kVA; `ISOUSC` is in A, and 1 A of it is 200 VA a phase.
    func subscribedVA(_ mode: TICMode) -> Int64? {
        switch mode {
        case .standard: return text(.pref).flatMap { Int64($0) }.map { $0 * 1000 }
        case .historique:
            guard let amps = text(.isousc).flatMap({ Int64($0) }), let phases else { return nil }
            return amps * 200 * Int64(phases)
        }
    }

    /// The announcements of the supplier, and the meter's alert; `nil` when a frame says nothing of them.
    ///
    /// In mode standard they are bits of the status register `STGE`, whose peaks count only without a colour: a Tempo
    /// meter sets them, too. In mode historique `PTEC` has today's colour as its last letter and `DEMAIN` tomorrow's,
    /// and `PEJP` comes with the notice of a peak; devices that pass it on send it for any contract.
    ///
    /// - Parameter frame: the frame, or the frames of a slot of time together.
    /// - Returns: what it says of them, as far as it is what is known.
    func notices(in frame: TICFrame) -> Notices? {
        var notices = frame.mode == .standard ? standardNotices(frame) : historiqueNotices(frame)
        if shortFrames >= patience.first, !overload.isEmpty {
            notices = notices ?? Notices()
            notices?.overload = overload
        }
        return notices
    }

    private func standardNotices(_ frame: TICFrame) -> Notices? {
        guard let status = frame.status, announcement.value == Int64(status.rawValue >> 24) else { return nil }
        guard !status.isTempo else { return Notices(today: status.today.notice, tomorrow: status.tomorrow.notice) }
        guard !isTempo else { return Notices() }
        return Notices(isPeakAnnounced: status.announcedPeak != nil, isPeakRunning: status.runningPeak != nil)
    }

    /// True for a meter in standard whose supplier calls the contract Tempo.
    ///
    /// By its bytes: a search for characters took 7 % of the time of a box that reads each frame.
    private var isTempo: Bool {
        let word = "TEMPO".utf8
        guard let name = text(.ngtf)?.utf8 else { return false }
        return name.indices.contains { name[$0...].starts(with: word) }
    }

    private func historiqueNotices(_ frame: TICFrame) -> Notices? {
        guard agrees(with: frame, on: .ptec), let period = text(.ptec) else { return nil }
        switch period {
        case "HN..", "PM..":
            let isRunning = period == "PM.."
            let isSaid = frame.integer(.pejp) ?? 0 > 0
            // The notice of a frame that lacks it may have been damaged.
            let isAnnounced = noticeFrames == 0 ? false : isSaid && noticeFrames >= patience.first ? true : nil
            return Notices(isPeakAnnounced: isRunning ? false : isAnnounced, isPeakRunning: isRunning)
        case _ where period.dropFirst(2).first == "J":
            let colours: [Character: Notices.Colour] = ["B": .blue, "W": .white, "R": .red]
            let isTold = agrees(with: frame, on: .demain)
            return Notices(today: period.last.flatMap { colours[$0] }, tomorrow: isTold ? tomorrow : nil)
        default: return Notices()
        }
    }

    /// The colour of tomorrow that is known, in mode historique.
    private var tomorrow: Notices.Colour? {
        let colours: [String: Notices.Colour] = ["BLEU": .blue, "BLAN": .white, "ROUG": .red]
        return text(.demain).flatMap { colours[$0] }
    }

    /// The facts about the place, as far as they are known.
    ///
    /// - Parameter frame: that of now, which says what the register that counts is called; `nil` for none.
    /// - Returns: the facts; none before the mode is known.
    func siteFacts(_ frame: TICFrame? = nil) -> SiteFacts {
        var facts = SiteFacts()
        guard let mode else { return facts }
        facts.mode = mode == .standard ? "standard" : "historique"
        facts.phases = phases
        facts.meter = serial
        facts.subscribedKVA = subscribedVA(mode).map { Double($0) / 1000 }
        switch mode {
        case .standard:
            let announced = announcement.value.map { StatusRegister(rawValue: UInt32($0) << 24) }
            facts.tomorrow = announced?.tomorrow.notice?.french
            facts.prm = text(.prm)
            facts.contract = text(.ngtf)?.trimmed
            facts.registers = frame.flatMap { registerName(in: $0) }
            facts.status = register.value.map { StatusRegister(rawValue: UInt32($0)).facts.joined(separator: ", ") }
        case .historique:
            facts.contract = text(.optarif).map(Self.contractName)
            if text(.ptec)?.dropFirst(2).first == "J" { facts.tomorrow = tomorrow?.french }
        }
        return facts
    }

    /// The name of the register that counts, by its number.
    ///
    /// Both must be of one moment: when the tariff changes a damaged group may leave one of them behind.
    private func registerName(in frame: TICFrame) -> [Int: String]? {
        guard agrees(with: frame, on: .ntarf), agrees(with: frame, on: .ltarf),
            let number = text(.ntarf).flatMap({ Int($0) }),
            let name = text(.ltarf).flatMap({ SupplierRegister.words($0) })
        else { return nil }
        return [number: name]
    }

    /// The contract's usual name for `OPTARIF`: `HC..` is Heures creuses, `BBRx` Tempo, whatever the last letter.
    private static func contractName(_ option: String) -> String {
        switch option.prefix(3) {
        case "BAS": "Base"
        case "HC.": "Heures creuses"
        case "EJP": "EJP"
        case "BBR": "Tempo"
        default: option
        }
    }
}

// MARK: - Over a restart

extension KnownMeter {
    /// The facts that stay for months, in one line; empty before any is known.
    var text: String {
        let facts =
            [("serial", serial), ("phases", phases.map { "\($0)" })]
            + Self.lasting.map { ($0.name, text($0)) }
        return facts.compactMap { name, value in value.map { "\(name)=\($0)" } }.joined(separator: "\t")
    }

    /// Goes on from what an earlier run knew; what it did not know, or what is no value of a meter, is not known.
    init(_ patience: Patience, remembered text: String?) {
        self.init(patience)
        for part in (text ?? "").split(separator: "\t") {
            let sides = part.split(separator: "=", maxSplits: 1).map { String($0) }
            guard sides.count == 2 else { continue }
            switch sides[0] {
            case "serial": serial = sides[1]
            case "phases": phaseCount = Confirmed(sides[1] == "3" ? 3 : 1)
            default:
                guard let place = words.firstIndex(where: { $0.label.name == sides[0] }),
                    sides[1].utf8.count == words[place].label.length
                else { continue }
                words[place].known = Confirmed(sides[1])
            }
        }
    }

    /// The slow labels that say the same for months.
    private static let lasting: [TICLabel] = [.optarif, .isousc, .ngtf, .pref, .pcoup, .prm]
}

extension StatusRegister.Colour {
    /// The colour of the announcements; `nil` for a day without one.
    fileprivate var notice: Notices.Colour? {
        switch self {
        case .none: nil
        case .blue: .blue
        case .white: .white
        case .red: .red
        }
    }
}
