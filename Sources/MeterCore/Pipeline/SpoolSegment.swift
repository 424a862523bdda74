/// One file of the spool: records in the order in which they were written, then zeros.
///
/// The zeros are written when the file is made: a record that replaces some of them costs a quarter of what the card
/// has to write for one that makes the file longer. A card that loses power may also lose blocks, which then read as
/// zeros: records are looked for behind those, too.
struct SpoolSegment {
    /// A record that still waits.
    struct Record {
        /// The batch's number in the outbox.
        var number: Int
        /// The place of its first byte in the file.
        var offset: Int
        /// The bytes of header and lines.
        var length: Int
        /// The points of the batch.
        var points: Int
        /// The database, policy and precision that it is for.
        var destination: Batch.Destination

        init(number: Int, offset: Int, length: Int, _ batch: Batch) {
            (self.number, self.offset, self.length) = (number, offset, length)
            (points, destination) = (batch.points, batch.destination)
        }
    }

    /// A stretch of the file that is no record.
    struct Damage {
        var offset: Int
        var bytes: ArraySlice<UInt8>
        /// True when no record follows.
        var isTail: Bool
    }

    /// The byte that is written over damage that was seen to.
    private static let filler = UInt8(ascii: "\n")

    let file: DurableFile
    var path: String { file.path }
    /// Its place among the files.
    let number: Int
    /// The bytes of the file.
    let size: Int
    /// The offset of the next record.
    private(set) var end = 0
    /// True when the disk refused a record: the next ones go elsewhere.
    private var isSick = false
    /// The records that still wait, in the order of the file.
    var records: [Record] = []
    /// The sources of the records, those that were delivered meanwhile included: their bytes are on the disk, too.
    private(set) var shares = Shares()
    /// The stretches that are no records, until `mend`.
    private(set) var damage: [Damage] = []

    /// Makes a file of zeros; it is on the disk when this returns.
    init(making path: String, number: Int, size: Int) throws(DiskError) {
        file = DurableFile(path)
        self.number = number
        self.size = size
        do throws(DiskError) {
            try file.write([UInt8](repeating: 0, count: size), at: 0, creating: true)
            try file.saveName()
        } catch {
            try? DiskFile.remove(path)
            throw error
        }
    }

    /// Reads a file that an earlier run left.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - number: its place among the files.
    ///   - firstRecord: the number of its first record; the others follow.
    /// - Throws: `DiskError` when the file cannot be read.
    init(reading path: String, number: Int = 0, from firstRecord: Int = 0) throws(DiskError) {
        file = DurableFile(path)
        self.number = number
        let bytes = try file.read()
        size = bytes.count
        var offset = 0
        while offset < size {
            if bytes[offset] == Self.filler {
                offset += 1
            } else if let (batch, next) = SpoolRecord.decode(bytes, at: offset) {
                let number = firstRecord + records.count
                records.append(Record(number: number, offset: offset, length: next - offset, batch))
                shares.add(Shares(of: batch.lines))
                offset = next
                end = next
            } else {
                let next = SpoolRecord.next(bytes, after: offset)
                let stretch = bytes[offset..<(next ?? size)]
                guard next != nil || stretch.contains(where: { $0 != 0 }) else { break }
                damage.append(Damage(offset: offset, bytes: stretch, isTail: next == nil))
                offset = next ?? size
            }
        }
    }

    /// Makes a file of some batches that takes the place of another one.
    ///
    /// It is on the disk before it does; until then, and when it fails, the other one is there.
    init(replacing other: SpoolSegment, with batches: [(number: Int, batch: Batch)]) throws(DiskError) {
        (file, number) = (other.file, other.number)
        var bytes: [UInt8] = []
        for (number, batch) in batches {
            let record = SpoolRecord.encode(batch)
            records.append(Record(number: number, offset: bytes.count, length: record.count, batch))
            shares.add(Shares(of: batch.lines))
            bytes += record
        }
        (size, end) = (bytes.count, bytes.count)
        let next = DurableFile(other.path + SpoolFolder.nextSuffix)
        try? DiskFile.remove(next.path)
        do throws(DiskError) {
            try next.write(bytes, at: 0, creating: true)
            try DiskFile.move(next.path, to: path)
        } catch {
            try? DiskFile.remove(next.path)
            throw error
        }
        // If not, the other file may be back after a power cut.
        try? file.saveName()
    }

    /// Makes room where a power cut tore the last record, and sees to it that damage is reported once.
    mutating func mend() {
        do throws(DiskError) {
            for stretch in damage {
                let byte = stretch.isTail ? 0 : Self.filler
                let start = stretch.isTail ? end : stretch.offset
                try file.write([UInt8](repeating: byte, count: stretch.bytes.endIndex - start), at: start)
            }
            damage = []
        } catch {
            isSick = true
        }
    }

    /// True when a record of a number of bytes still goes in.
    func hasRoom(for count: Int) -> Bool { !isSick && size - end >= count }

    /// Adds a record, for which there must be room; it is on the disk when this returns.
    mutating func append(_ record: [UInt8], of batch: Batch, number: Int) throws(DiskError) {
        do throws(DiskError) {
            try file.write(record, at: end)
        } catch {
            isSick = true
            throw error
        }
        records.append(Record(number: number, offset: end, length: record.count, batch))
        shares.add(Shares(of: batch.lines))
        end += record.count
    }

    /// The batches of some records, in their order; `nil` for one that is damaged.
    ///
    /// They are read at one go: a file that is opened for each costs as much as the database does.
    func read(_ records: some Collection<Record>) throws(DiskError) -> [(record: Record, batch: Batch?)] {
        guard let first = records.first else { return [] }
        let end = records.reduce(0) { max($0, $1.offset + $1.length) }
        let bytes = try file.read(end - first.offset, at: first.offset)
        return records.map { record in
            let start = record.offset - first.offset
            let found = start < bytes.count ? SpoolRecord.decode(bytes, at: start) : nil
            return (record, found.flatMap { $0.end == start + record.length ? $0.batch : nil })
        }
    }

    /// Points in the records.
    var points: Int { records.reduce(0) { $0 + $1.points } }
}
