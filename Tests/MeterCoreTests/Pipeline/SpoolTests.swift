import Glibc
import MeterCore
import Testing

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
        let spool = try Spool(directory: folder, limit: 1 << 20)
        for number in 0..<count { _ = try spool.append(batch(number)).get() }
    }

    private func drain(_ spool: Spool) -> [Batch] {
        var batches: [Batch] = []
        while let batch = spool.first {
            batches.append(batch)
            spool.removeFirst()
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
        let spool = try Spool(directory: folder, limit: 1 << 20)
        #expect(spool.count == batches.count)
        #expect(drain(spool) == batches)
    }

    @Test("a second program that would use the folder is told so")
    func lock() throws {
        let spool = try Spool(directory: folder, limit: 1 << 20)
        let error = #expect(throws: BatchStoreError.self) { try Spool(directory: folder, limit: 1 << 20) }
        #expect(error?.description.contains("another boxenergie uses") == true)
        #expect(spool.count == 0)
    }

    @Test("a record cut at any byte costs that record only")
    func tornTail() throws {
        try fill(3)
        let path = folder + "/0000000000.spool"
        var status = stat()
        #expect(stat(path, &status) == 0)
        let record = Int(status.st_size) / 3
        for cut in 1...record {
            #expect(truncate(path, off_t(3 * record - cut)) == 0)
            try checkTorn()
        }
    }

    private func checkTorn() throws {
        let torn = try Spool(directory: folder, limit: 1 << 20)
        #expect(torn.count == 2)
        #expect(torn.first == batch(0))
        _ = try torn.append(batch(2)).get()
    }

    @Test("damage in the middle is passed over and counted")
    func damage() throws {
        try fill(3)
        let file = open(folder + "/0000000000.spool", O_RDWR)
        var byte: UInt8 = 0
        var status = stat()
        fstat(file, &status)
        let middle = off_t(status.st_size / 2)
        pread(file, &byte, 1, middle)
        byte ^= 1
        pwrite(file, &byte, 1, middle)
        close(file)
        let again = try Spool(directory: folder, limit: 1 << 20)
        #expect(again.dropped == 1)
        #expect(drain(again) == [batch(0), batch(2)])
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
        let again = try Spool(directory: folder, limit: 1 << 20)
        #expect(drain(again) == [batch(0), batch(1)])
        #expect(access(folder + "/9223372036854775807.spool", F_OK) == 0)
        _ = try again.append(batch(2)).get()
        #expect(drain(again) == [batch(2)])
    }

    @Test("the limit holds, and what goes is the oldest and is counted")
    func limit() throws {
        let spool = try Spool(directory: folder, limit: 64 << 10)
        for number in 0..<3000 { _ = try spool.append(batch(number)).get() }
        #expect(spool.bytes <= 64 << 10)
        #expect(spool.dropped == 3000 - spool.count)
        #expect(drain(spool).last == batch(2999))
    }

    @Test("a folder that cannot be made is said in a sentence")
    func noFolder() {
        #expect(throws: BatchStoreError.self) { try Spool(directory: "/proc/nowhere/spool", limit: 1 << 20) }
    }
}
