import Glibc
import Logging
import MeterCore
import Testing

private let silent = Logger(label: "spool") { _ in SwiftLogNoOpLogHandler() }

@Suite struct SpoolTests {
    private let folder: String

    init() {
        folder = "/tmp/boxenergie-spool-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    }

    private func batch(_ number: Int, points: Int = 1) -> Batch {
        let line = "m f=\(number)i \(number)\n"
        let lines = [UInt8](String(repeating: line, count: points).utf8)
        return Batch(database: "d b", policy: RetentionPolicy("p%="), precision: .seconds, lines: lines, points: points)
    }

    /// Opens the spool, appends so many batches and closes it again.
    private func fill(_ count: Int) throws {
        let spool = try Spool(directory: folder, limit: 2 << 20, logger: silent)
        for number in 0..<count { try spool.append(batch(number), as: number) }
    }

    private func drain(_ spool: Spool) -> [Batch] {
        var batches: [Batch] = []
        while let first = spool.oldest(upTo: 0).first {
            batches.append(first.batch)
            spool.remove([first.number])
        }
        return batches
    }

    @Test("batches come back after a restart, oldest first and unchanged")
    func survives() throws {
        try fill(50)
        try checkContents((0..<50).map { batch($0) })
        try checkContents([])
    }

    private func checkContents(_ batches: [Batch]) throws {
        let spool = try Spool(directory: folder, limit: 2 << 20, logger: silent)
        #expect(spool.count == batches.count)
        #expect(drain(spool) == batches)
    }

    @Test("a second program that would use the folder is told so")
    func lock() throws {
        let spool = try Spool(directory: folder, limit: 2 << 20, logger: silent)
        let error = #expect(throws: DiskError.self) {
            try Spool(directory: folder, limit: 2 << 20, logger: silent)
        }
        #expect(error?.description.contains("another boxenergie uses") == true)
        #expect(spool.count == 0)
    }

    @Test(
        "a record torn at any byte costs that record only, and the next one takes its place",
        arguments: [false, true]
    )
    func tornTail(isShort: Bool) throws {
        try fill(3)
        let path = folder + "/0000000000.spool"
        let whole = bytes(path)
        let end = whole.prefix { $0 != 0 }.count
        for cut in 1...(end / 3) {
            overwrite(path, at: 0, whole[..<(end - cut)] + [UInt8](repeating: 0, count: whole.count - end + cut))
            if isShort { #expect(truncate(path, off_t(end - cut)) == 0) }
            try checkTorn()
            for name in ["0000000000.spool.bad", "0000000001.spool"] { unlink("\(folder)/\(name)") }
        }
    }

    private func checkTorn() throws {
        let torn = try Spool(directory: folder, limit: 2 << 20, logger: silent)
        #expect(torn.oldest(upTo: .max).map(\.batch) == [batch(0), batch(1)])
        try torn.append(batch(2), as: 2)
        #expect(torn.oldest(upTo: .max).map(\.batch) == [batch(0), batch(1), batch(2)])
    }

    private func bytes(_ path: String) -> [UInt8] {
        let file = open(path, O_RDONLY)
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = read(file, &bytes, bytes.count)
        return [UInt8](bytes.prefix(max(0, count)))
    }

    private func overwrite(_ path: String, at offset: Int, _ bytes: [UInt8]) {
        let file = open(path, O_WRONLY)
        defer { close(file) }
        #expect(pwrite(file, bytes, bytes.count, off_t(offset)) == bytes.count)
    }

    @Test("a flipped bit anywhere costs one record, which is set aside, and is never delivered")
    func flippedBits() throws {
        try fill(3)
        let path = folder + "/0000000000.spool"
        let whole = bytes(path)
        for place in 0..<whole.prefix(while: { $0 != 0 }).count {
            overwrite(path, at: 0, whole)
            overwrite(path, at: place, [whole[place] ^ UInt8(1 << (place % 8))])
            let batches = try Spool(directory: folder, limit: 2 << 20, logger: silent).oldest(upTo: .max).map(\.batch)
            let damaged = place / (whole.prefix { $0 != 0 }.count / 3)
            #expect(batches == (0..<3).filter { $0 != damaged }.map { batch($0) })
            #expect(!bytes(path + ".bad").isEmpty)
            unlink(path + ".bad")
        }
    }

    @Test("a file that cannot be read stays for a better day, and the others go on")
    func unreadable() throws {
        try fill(1)
        #expect(mkdir(folder + "/0000000007.spool", 0o700) == 0)
        let spool = try Spool(directory: folder, limit: 2 << 20, logger: silent)
        #expect(access(folder + "/0000000007.spool", F_OK) == 0)
        try spool.append(batch(1), as: 1)
        #expect(drain(spool) == [batch(0), batch(1)])
        #expect(access(folder + "/0000000008.spool", F_OK) != 0, "what is drained leaves no file")
        #expect(spool.count == 1, "it still counts as waiting")
    }

    @Test(
        "blocks that a power cut lost read as zeros: what follows them is found, and the loss is said once",
        arguments: [0, 1]
    )
    func lostBlocks(victim: Int) throws {
        try fill(5)
        let path = folder + "/0000000000.spool"
        let length = bytes(path).prefix { $0 != 0 }.count / 5
        for size in [1, 20, length, 2 * length] {
            overwrite(path, at: 0, [UInt8](repeating: 0, count: 5 * length))
            unlink(path)
            try fill(5)
            overwrite(path, at: victim * length, [UInt8](repeating: 0, count: size))
            let lost = victim..<(victim + (size + length - 1) / length)
            for _ in 0..<2 {
                let spool = try Spool(directory: folder, limit: 2 << 20, logger: silent)
                #expect(
                    spool.oldest(upTo: .max).map(\.batch) == (0..<5).filter { !lost.contains($0) }.map { batch($0) }
                )
                #expect(bytes(path + ".bad").count <= length, "what was damaged is set aside once")
            }
            unlink(path + ".bad")
        }
    }

    @Test("a folder that is removed while the program runs is made again, and a file is not believed to be there")
    func removed() throws {
        let spool = try Spool(directory: folder, limit: 2 << 20, logger: silent)
        try spool.append(batch(0), as: 0)
        unlink(folder + "/0000000000.spool")
        try spool.append(batch(1), as: 1)
        #expect(spool.lost.total == 1)
        #expect(spool.oldest(upTo: .max).map(\.batch) == [batch(1)])
        for name in ["0000000001.spool", "lock"] { unlink("\(folder)/\(name)") }
        #expect(rmdir(folder) == 0)
        try spool.append(batch(2), as: 2)
        spool.close()
        try checkContents([batch(2)])
    }

    @Test("what else lies in the folder is left alone, and a lying record is no record")
    func strangeFiles() throws {
        try fill(2)
        let header = "# batch database=d policy=p precision=s points=9223372036854775807 bytes=0 crc=00000000\n"
        for (name, text) in [
            ("9223372036854775807.spool", "x"), ("-000000001.spool", "x"), ("9999999998.spool", header + header),
            ("readme.txt", "x"),
        ] {
            let file = open("\(folder)/\(name)", O_WRONLY | O_CREAT, 0o600)
            write(file, text, text.utf8.count)
            close(file)
        }
        #expect(mkdir(folder + "/0000000005.spool", 0o700) == 0)
        #expect(symlink("/nowhere/at/all", folder + "/0000000006.spool") == 0)
        let again = try Spool(directory: folder, limit: 2 << 20, logger: silent)
        #expect(drain(again) == [batch(0), batch(1)])
        #expect(access(folder + "/9223372036854775807.spool", F_OK) == 0)
        try again.append(batch(2), as: 2)
        #expect(drain(again) == [batch(2)])
    }

    @Test("the limit holds, and what goes is the oldest and is counted")
    func limit() throws {
        let spool = try Spool(directory: folder, limit: 512 << 10, logger: silent)
        for number in 0..<8000 {
            try spool.append(batch(number), as: number)
            #expect(spool.bytes <= 512 << 10)
        }
        #expect(spool.lost.total > 0 && spool.lost.total == 8000 - spool.count)
        #expect(drain(spool).last == batch(7999))
    }

    @Test("a batch larger than the whole spool is refused in a sentence and harms nothing")
    func tooLarge() throws {
        let spool = try Spool(directory: folder, limit: 512 << 10, logger: silent)
        try spool.append(batch(0), as: 0)
        #expect(throws: DiskError.self) { try spool.append(batch(1, points: 100_000), as: 1) }
        #expect(drain(spool) == [batch(0)])
    }

    @Test("a folder that cannot be made is said in a sentence")
    func noFolder() {
        #expect(throws: DiskError.self) {
            try Spool(directory: "/proc/nowhere/spool", limit: 2 << 20, logger: silent)
        }
    }
}
