import InfluxOutput
import MeterNotation

/// The boxes of a fleet as lines for a person: those with access, then those that only the database knows.
struct FleetList {
    /// Seconds after which a health, or the quarter before, is there at the latest: those of a quarter, and some to send it.
    private static let settling: Int64 = 1200
    /// Seconds within which a box that goes on gives a sign of life: a day.
    private static let day: Int64 = 86_400
    /// Seconds by which a box may be ahead of the centre's clock.
    private static let ahead: Int64 = 600

    /// The names that have access.
    let names: [String]
    /// The boxes that the database has heard of.
    let boxes: [FleetHistory.Box]
    /// The time of the centre, in seconds since 1970.
    let now: Int64
    /// The seconds from one sending of a box to the next.
    let sendEvery: Int64
    /// Seconds of the span from which a box sends one health.
    let every: Int64

    /// Seconds without a word after which a box is silent: two of its sendings, or two of its healths where it sends each.
    private var patience: Int64 { 2 * max(sendEvery, every) + Self.settling }

    /// A line a box, the columns under each other; below it what is wrong with it.
    var lines: [String] {
        let rows = names.flatMap { name -> [(String, FleetHistory.Box?)] in
            let known = boxes.filter { $0.name == name }
            return known.isEmpty ? [(name, nil)] : known.map { (name, $0) }
        }
        let strangers = boxes.filter { !hasAccess($0) }.map { box -> (String, FleetHistory.Box?) in
            (box.name ?? "—", box)
        }
        let all = rows + strangers
        let width = all.map(\.0.count).max() ?? 0
        return all.flatMap { name, box in
            let head = name + String(repeating: " ", count: width - name.count)
            guard let box else { return [head + "  " + said("has not joined yet")] }
            return ["\(head)  \(box.identity)  \(heard(box))"] + troubles(box).map { "  → " + said($0) }
        }
    }

    private func hasAccess(_ box: FleetHistory.Box) -> Bool { box.name.map(names.contains) ?? false }

    private func heard(_ box: FleetHistory.Box) -> String {
        guard let time = box.lastHeard else { return said("never heard") }
        return said("heard \(inWords(seconds: max(0, now - time))) ago")
    }

    /// What somebody should look at; nothing when all is well.
    private func troubles(_ box: FleetHistory.Box) -> [Phrase] {
        [access(box), twins(box), machines(box), renaming(box), pace(box), clock(box)].compactMap(\.self)
    }

    private func access(_ box: FleetHistory.Box) -> Phrase? {
        guard let name = box.name else { return "nobody knows it: it wrote without having joined by a file" }
        return names.contains(name) ? nil : "it has no access any more"
    }

    /// A box that was replaced is silent, and no twin of the new one.
    private func twins(_ box: FleetHistory.Box) -> Phrase? {
        let living = boxes.filter { $0.name == box.name && max($0.lastHeard ?? 0, $0.joinedAt ?? 0) > now - Self.day }
        guard box.name != nil, living.count > 1, living.contains(box) else { return nil }
        return "another box joined with the same file; give each a file of its own"
    }

    private func machines(_ box: FleetHistory.Box) -> Phrase? {
        guard box.machines > 1 else { return nil }
        return "\(box.machines) machines go on under this identity: its SD card was copied. On one of them say: "
            + "sudo boxenergie identity renew"
    }

    private func renaming(_ box: FleetHistory.Box) -> Phrase? {
        guard let now = box.sites.first, box.sites.count > 1 else { return nil }
        let before = box.sites.dropFirst().joined(separator: ", ")
        return "it was renamed: \(now) now, until then \(before); what it sent before stays under the old name"
    }

    private func pace(_ box: FleetHistory.Box) -> Phrase? {
        guard let time = box.lastHeard else { return nil }
        if time > now + Self.ahead { return "its clock is \(inWords(seconds: time - now)) ahead" }
        return now - time > patience ? "it is silent, or its clock is behind" : nil
    }

    private func clock(_ box: FleetHistory.Box) -> Phrase? {
        switch box.clock {
        case 0: "somebody set its clock, and nothing confirms the new time; its dates go on as before"
        case 1: "nothing confirms its clock"
        default: nil
        }
    }
}
