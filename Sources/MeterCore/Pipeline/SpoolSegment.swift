import Glibc

/// One file of the spool: records in the order in which they were written, then zeros.
///
/// The zeros are written when the file is made: a record that replaces some of them costs a quarter of what the card
/// has to write for one that makes the file longer.
struct SpoolSegment {
    /// A record that still waits.
    struct Record {
        var number: Int
        var offset: Int
        var length: Int
        var points: Int
        var destination: Batch.Destination

        init(number: Int, offset: Int, length: Int, _ batch: Batch) {
            (self.number, self.offset, self.length) = (number, offset, length)
            (points, destination) = (batch.points, batch.destination)
        }
    }

    let file: DurableFile
    var path: String { file.path }
    /// The bytes of the file.
    let size: Int
    /// Where the next record goes.
    private(set) var end = 0
    /// Whether the disk refused a record: the next ones go elsewhere.
    private var isSick = false
    var records: [Record] = []
    /// The stretches of the file that are no records.
    private(set) var damage: [[UInt8]] = []
    private var hasTornTail = false

    /// Makes a file of zeros; it is on the disk when this returns.
    init(making path: String, size: Int) throws(BatchStoreError) {
        file = DurableFile(path)
        self.size = size
        do throws(BatchStoreError) {
            try file.write([UInt8](repeating: 0, count: size), at: 0)
            try file.saveName()
        } catch {
            unlink(path)
            throw error
        }
    }

    /// Reads a file that an earlier run left.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - number: that of its first record; the others follow.
    /// - Throws: a sentence when the file cannot be read.
    init(reading path: String, from number: Int = 0) throws(BatchStoreError) {
        file = DurableFile(path)
        let bytes = try file.read()
        size = bytes.count
        var offset = 0
        while offset < size, bytes[offset] != 0 {
            if let (batch, next) = SpoolRecord.decode(bytes, at: offset) {
                let number = number + records.count
                records.append(Record(number: number, offset: offset, length: next - offset, batch))
                offset = next
                end = next
            } else {
                let next = SpoolRecord.next(bytes, after: offset)
                let stretch = bytes[offset..<(next ?? size)]
                damage.append([UInt8](stretch[...(stretch.lastIndex { $0 != 0 } ?? offset)]))
                hasTornTail = next == nil
                offset = next ?? size
            }
        }
    }

    /// Makes room where a power cut tore the last record.
    func mend() throws(BatchStoreError) {
        guard hasTornTail else { return }
        try file.write([UInt8](repeating: 0, count: size - end), at: end)
    }

    /// Whether a record of so many bytes still goes in.
    func hasRoom(for count: Int) -> Bool { !isSick && size - end >= count }

    /// Adds a record, for which there must be room; it is on the disk when this returns.
    mutating func append(_ record: [UInt8], of batch: Batch, number: Int) throws(BatchStoreError) {
        do throws(BatchStoreError) {
            try file.write(record, at: end)
        } catch {
            isSick = true
            throw error
        }
        records.append(Record(number: number, offset: end, length: record.count, batch))
        end += record.count
    }

    /// A record's bytes, which may be damaged.
    func read(_ record: Record) throws(BatchStoreError) -> [UInt8] { try file.read(record.length, at: record.offset) }
}
