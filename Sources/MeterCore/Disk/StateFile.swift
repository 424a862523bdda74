import Glibc
import Synchronization

/// A small text that must survive a power cut, saved now and then.
///
/// The file has two places, which are written in turn: a power cut in the middle of a save spoils one of them, and the
/// other one still holds what was saved before. Nothing but those bytes is written, so that a save costs the card a
/// twentieth of what a new file under the old name would.
public final class StateFile: Sendable {
    /// The bytes of each of the two places.
    private static let place = 32 << 10
    /// The bytes up to which a text is kept as it is; a longer one is compressed.
    private static let room = place - 128
    /// The most bytes of a text.
    private static let longest = 1 << 20
    private static let form = SealedText("state")

    private let file: DurableFile
    private let saves: Mutex<Int>
    /// The text that the program's earlier runs saved last.
    public let text: [UInt8]?

    /// Reads what was saved last.
    ///
    /// Without a file, or without one that can be read, `text` is `nil`.
    ///
    /// - Parameter path: the file; the first save makes it, its folder must be there.
    public init(_ path: String) {
        file = DurableFile(path)
        let bytes = (try? file.read()) ?? []
        let found = [0, Self.place].compactMap { start in
            start < bytes.count ? Self.decode(bytes[start..<min(start + Self.place, bytes.count)]) : nil
        }
        let last = found.max { $0.number < $1.number }
        saves = Mutex(last?.number ?? 0)
        text = last?.text
    }

    /// Saves a text of some 32 000 bytes, ten times as many where it repeats itself; it is on the disk when this returns.
    ///
    /// - Throws: `DiskError`, with `EMSGSIZE` for a text that is too long; what was saved before stays.
    public func save(_ text: [UInt8]) throws(DiskError) {
        let number = saves.withLock { $0 + 1 }
        let isShort = text.count <= Self.room
        let kept = isShort ? text : text.count <= Self.longest ? Compression.compress(text) : nil
        let record = kept.map {
            Self.form.encode($0, [("save", "\(number)")] + (isShort ? [] : [("of", "\(text.count)")]))
        }
        guard let record, record.count <= Self.place else {
            throw DiskError(file.path, .write, EMSGSIZE, reason: "\(text.count) bytes are too many for it")
        }
        if number == 1 {
            try file.write([UInt8](repeating: 0, count: 2 * Self.place), at: 0, creating: true)
            try file.saveName()
        }
        try file.write(record, at: number % 2 * Self.place, creating: true)
        saves.withLock { $0 = number }
    }

    private static func decode(_ place: ArraySlice<UInt8>) -> (number: Int, text: [UInt8])? {
        guard let (fields, text) = form.decode(place), let number = fields["save"].flatMap({ Int($0) }) else {
            return nil
        }
        guard let count = fields["of"] else { return (number, [UInt8](place[text])) }
        guard let count = Int(count), (0...longest).contains(count) else { return nil }
        return Compression.expand([UInt8](place[text]), to: count).map { (number, $0) }
    }
}
