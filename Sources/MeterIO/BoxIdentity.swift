import Glibc
public import MeterCore
import MeterNotation

/// The identity of a box: made once, and kept with its state, over restores and other cards.
///
/// The file `identity` in the folder of the state has it, beside what the machine is known again by: a state that wakes up
/// in another machine, and was not brought back from a backup, is that of a copied card, or of one that was moved.
public struct BoxIdentity: Sendable {
    /// What the machine of now says of the file.
    public enum Condition: Sendable, Hashable {
        /// It is the machine of the last time, or the first one.
        case known
        /// The state came back from a backup.
        case restored
        /// Another machine, and nobody said why.
        case copied
        /// The file cannot be read or written, or says nothing that can be: the identity is that of this machine for now.
        case unsaved(DiskError)
    }

    /// Ten letters and digits in two groups, such as `k7f39-x2m4t`: 50 bits, so that of 100 000 boxes none share one.
    public let word: String
    /// The mark of this machine, as others are told it: it stays the same, also where more is known of the machine later.
    public let machine: String
    /// All by which this machine is known again.
    private let marks: MachineMarks
    /// What the machine says of the file.
    public let condition: Condition

    /// A number of 32 bits that the machine is known again by, where its own number must not leave it.
    public var machineNumber: Int64? { Int64(machine.suffix(8), radix: 16) }

    /// True when another machine may have the same identity.
    public var isCopied: Bool { condition == .copied }
    /// True when it is that of the machine, until the box's own can be read.
    public var isLent: Bool {
        if case .unsaved = condition { return true }
        return false
    }

    /// The box's own word, for what must not be mistaken for that of another box.
    ///
    /// - Throws: the reason for which it is not known here.
    public func ownWord() throws(DiskError) -> String {
        if case .unsaved(let error) = condition { throw error }
        return word
    }

    /// Letters and digits without those that are mistaken for others.
    private static let letters = Array("0123456789abcdefghjkmnpqrstvwxyz")
    private static let bits = 50
    private static let damaged: Phrase =
        "it is damaged; put that of a backup in its place, or make another identity: boxenergie identity renew"

    private static func path(_ state: String) -> String { state + "/identity" }
    /// The path of the mark that `influx/restore` leaves.
    public static func restoreMark(_ state: String) -> String { state + "/restored" }

    // MARK: - What is known

    /// The identity that a state has; made, and kept there, when it has none.
    ///
    /// - Parameters:
    ///   - state: the folder of the state.
    ///   - machine: what the machine is known again by; another one in tests.
    /// - Returns: the identity, also where it cannot be kept.
    public static func of(_ state: String, on machine: MachineNumber = MachineNumber()) -> BoxIdentity {
        do throws(DiskError) {
            guard let known = try read(state) else {
                return try make(state, on: machine)
            }
            let marks = machine.marks(with: known.word)
            let isRestored = DiskFile.isThere(restoreMark(state))
            if marks.isSame(as: known.marks) {
                let own = BoxIdentity(
                    word: known.word,
                    machine: known.machine,
                    marks: marks,
                    condition: isRestored ? .restored : .known
                )
                // From before interfaces were looked at, or from a start before there was one.
                if known.marks.addresses.isEmpty, !marks.addresses.isEmpty { try? own.write(state) }
                return own
            }
            let own = BoxIdentity(known.word, marks, isRestored ? .restored : .copied)
            if isRestored { try own.write(state) }
            return own
        } catch {
            let word = word(of: machine.number)
            return BoxIdentity(word, machine.marks(with: word), .unsaved(error))
        }
    }

    private init(word: String, machine: String, marks: MachineMarks, condition: Condition) {
        (self.word, self.machine, self.marks, self.condition) = (word, machine, marks, condition)
    }

    /// The identity on a machine that is called by its best mark.
    private init(_ word: String, _ marks: MachineMarks, _ condition: Condition) {
        self.init(word: word, machine: marks.best, marks: marks, condition: condition)
    }

    /// Takes the mark of a restore away, once all have heard of it.
    public static func forgetRestore(_ state: String) { try? DiskFile.remove(restoreMark(state)) }

    // MARK: - What a person decides

    /// Makes this the machine of the identity: its card was moved here, and no other machine goes on with it.
    public func keep(_ state: String) throws(DiskError) { try write(state) }

    /// Gives the state another identity: its card was copied, and the other box goes on with the old one.
    public static func renew(
        _ state: String,
        on machine: MachineNumber = MachineNumber()
    ) throws(DiskError) -> BoxIdentity {
        try make(state, on: machine)
    }

    /// Makes an identity that nobody else has, and keeps it.
    private static func make(_ state: String, on machine: MachineNumber) throws(DiskError) -> BoxIdentity {
        let word = word(of: UInt64.random(in: .min ... .max))
        let own = BoxIdentity(word, machine.marks(with: word), .known)
        try own.write(state)
        return own
    }

    // MARK: - The file

    /// The word of the file, and the marks of the machine; they are empty where they are lost, so that somebody says whose
    /// word it is.
    ///
    /// - Returns: `nil` when there is no file.
    /// - Throws: `DiskError` when it cannot be read, or has no word: another one would be another box in each database.
    private static func read(
        _ state: String
    ) throws(DiskError) -> (word: String, machine: String, marks: MachineMarks)? {
        guard DiskFile.isThere(path(state)) else { return nil }
        let text = String(decoding: try SmallFile.read(path(state), atMost: 4096, onlyPlain: true), as: UTF8.self)
        let words = text.split(separator: "\n").reduce(into: [Substring: String]()) { words, line in
            let parts = line.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { words[parts[0]] = String(parts[1]) }
        }
        guard let word = words["box"], isWord(word) else {
            throw DiskError(path(state), .read, EBADMSG, reason: said(Self.damaged))
        }
        let machine = words["machine"] ?? ""
        let addresses = words["addresses"]?.split(separator: " ").map { String($0) } ?? []
        // Before interfaces were looked at the machine was called by its system.
        return (word, machine, MachineMarks(system: words["system"] ?? machine, addresses: addresses))
    }

    private func write(_ state: String) throws(DiskError) {
        try Folder(state).make()
        var text = "box=\(word)\nmachine=\(machine)\n"
        if !marks.addresses.isEmpty {
            text += "system=\(marks.system)\naddresses=\(marks.addresses.joined(separator: " "))\n"
        }
        try ReplacedFile(Self.path(state)).write([UInt8](text.utf8), mode: 0o644)
    }

    /// True for ten of the letters in two groups.
    public static func isWord(_ text: String) -> Bool {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        return groups.count == 2 && groups.allSatisfy { $0.count == 5 && $0.allSatisfy(letters.contains) }
    }

    private static func word(of number: UInt64) -> String {
        let all = stride(from: 0, to: bits, by: 5).map { letters[Int(number >> UInt64($0) & 31)] }
        return String(all.prefix(5)) + "-" + String(all.suffix(5))
    }
}
