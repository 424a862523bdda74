import Glibc
import MeterCore
import Testing

@Suite struct DeadLettersTests {
    private let folder = "/tmp/boxenergie-letters-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    private var path: String { folder + "/refused.lp" }

    init() { #expect(mkdir(folder, 0o755) == 0) }

    private func batch(_ number: Int) -> Batch {
        let line = [UInt8]("m f=\(number)i \(number)\n".utf8)
        return Batch(database: "d", policy: .default, precision: .seconds, lines: line, points: 1)
    }

    private func lines(_ path: String) -> [Substring] {
        let file = open(path, O_RDONLY)
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 8 << 20)
        let count = read(file, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: "\n")
    }

    @Test("a reason stands once above the lines that have it")
    func reasons() {
        let letters = DeadLetters(path: path)
        for number in 0..<6 {
            letters.append(batch(number), reason: number < 3 ? "one" : "two", at: Timestamp(seconds: 7))
        }
        #expect(lines(path).isEmpty, "they are written together")
        #expect(letters.save() == nil && letters.save() == nil)
        #expect(
            lines(path) == [
                "# 7 database=d policy= precision=s: one", "m f=0i 0", "m f=1i 1", "m f=2i 2",
                "# 7 database=d policy= precision=s: two", "m f=3i 3", "m f=4i 4", "m f=5i 5",
            ]
        )
    }

    @Test("a person who looks at them sees no command for the terminal")
    func harmless() {
        let letters = DeadLetters(path: path)
        var sick = batch(0)
        sick.lines = [UInt8]("m s=\"\u{1B}[2J\u{9B}1m\u{7F}é\" 1\n".utf8)
        letters.append(sick, reason: "\u{1B}]0;x", at: Timestamp(seconds: 7))
        #expect(letters.save() == nil)
        #expect(lines(path) == ["# 7 database=d policy= precision=s:  ]0;x", "m s=\" [2J  1m é\" 1"])
    }

    @Test("what falls out for want of room is counted: kept and lost are all there were")
    func bound() {
        let letters = DeadLetters(path: path, limit: 1000)
        for number in 0..<1000 {
            letters.append(batch(number), reason: "r", at: Timestamp(seconds: 7))
            #expect(letters.save() == nil)
        }
        let kept = [path, path + ".old"].flatMap(lines).count { !$0.hasPrefix("#") }
        #expect(letters.lost.total > 0 && kept > 50)
        #expect(letters.lost.total + kept == 1000)
    }

    @Test("what the disk does not take waits, and is there once it does")
    func sickDisk() {
        #expect(mkdir(path, 0o755) == 0)
        let letters = DeadLetters(path: path)
        letters.append(batch(0), reason: "r", at: Timestamp(seconds: 7))
        #expect(letters.save()?.contains("Is a directory") == true)
        #expect(rmdir(path) == 0)
        letters.append(batch(1), reason: "r", at: Timestamp(seconds: 7))
        #expect(letters.save() == nil)
        #expect(lines(path).filter { !$0.hasPrefix("#") } == ["m f=0i 0", "m f=1i 1"])
    }
}
