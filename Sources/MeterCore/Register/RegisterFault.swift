import MeterNotation

/// Something that is not as it was written, and where.
public struct RegisterFault: Sendable, Hashable, CustomStringConvertible {
    /// The kinds of faults; another verifier finds the same, by these words.
    public enum Kind: String, Sendable, CaseIterable {
        /// A line is no record.
        case malformed
        /// The end is in the middle of a record.
        case cut
        /// A record has not the signature of the key that signs there.
        case changed
        /// Records are not there.
        case missing
        /// A record is there twice.
        case repeated
        /// A signed record does not follow the one before it, or another one has its number.
        case fork
        /// A record stands behind one with a larger number.
        case order
        /// The first record is not the beginning of anything, so that nobody knows its key.
        case headless
        /// A signed record belongs to another chain, and no break is declared.
        case stranger
        /// A record of a database is of another box than the one that was asked for.
        case foreign
        /// A key is new, and neither one before it nor the expected one vouches for it.
        case key
        /// A signed record says what cannot be: a time that is not after the one before, or words that mean nothing.
        case untrue
    }

    /// The kind.
    public var kind: Kind
    /// The number of the record; of missing ones the first.
    public var number: Int
    /// The last of missing records; else the same number.
    public var last: Int
    /// The file, from 0, in the order in which they were read.
    public var file: Int
    /// The line in it, from 1.
    public var line: Int

    /// A sentence for a person, without a period.
    public var description: String {
        let sentence: Phrase =
            switch kind {
            case .malformed: "line \(line): where record \(number) should be is no record"
            case .cut: "line \(line): it ends in the middle of record \(number)"
            case .changed: "line \(line): record \(number) was changed, its signature does not fit it"
            case .missing where last == number: "line \(line): record \(number) is missing before it"
            case .missing: "line \(line): records \(number) to \(last) are missing before it"
            case .repeated: "line \(line): record \(number) is there once more"
            case .fork:
                "line \(line): record \(number) is signed and does not follow the one before: there are two of it"
            case .order: "line \(line): record \(number) stands behind one with a larger number"
            case .headless: "line \(line): nothing before record \(number) tells whose it is and by which key"
            case .stranger: "line \(line): record \(number) is of another chain, and no break is declared"
            case .foreign: "line \(line): record \(number) is of another box than the one that is asked for"
            case .key: "line \(line): record \(number) brings a key that nobody vouches for"
            case .untrue: "line \(line): record \(number) is signed, and its time or its words cannot be"
            }
        return said(sentence)
    }
}
