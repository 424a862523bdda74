import MeterCore
import Testing

@testable import boxenergie

@Suite struct StampedLinesTests {
    private func stamp(_ pieces: String...) throws -> String {
        var lines = StampedLines(.seconds)
        var result: [UInt8] = []
        for piece in pieces { result += try lines.add(Array(piece.utf8)[...], at: Timestamp(seconds: 42)) }
        return String(decoding: result + lines.finish(at: Timestamp(seconds: 43)), as: UTF8.self)
    }

    @Test("a line without a time gets that at which it was read, and no other is touched")
    func times() throws {
        #expect(try stamp("m f=1\n") == "m f=1 42\n")
        #expect(try stamp("m f=1 7\nm f=2 -7 \n") == "m f=1 7\nm f=2 -7 \n")
        #expect(try stamp("m s=\"a 12\"\nm s=\"12\",f=1i\n") == "m s=\"a 12\" 42\nm s=\"12\",f=1i 42\n")
        #expect(try stamp("# a comment 1x\n\nm f=1") == "# a comment 1x\nm f=1 43\n")
    }

    @Test("a line that is no UTF-8 is left out, and its number is told")
    func text() throws {
        var lines = StampedLines(.seconds)
        let input = [UInt8]("# x\n\nm f=1 1\n".utf8) + [0x6D, 0xFF, 0x20] + [UInt8]("f=1 2\ncafé f=1 3\n".utf8)
        var output = try lines.add(input[...], at: Timestamp(seconds: 42))
        #expect(lines.refused?.first == 4 && lines.refused?.count == 1)
        output += try lines.add([UInt8]("m s=\"".utf8) + [0xC3, 0x22, 0x0A], at: Timestamp(seconds: 42))
        output += lines.finish(at: Timestamp(seconds: 42))
        #expect(String(validating: output, as: UTF8.self) == "# x\nm f=1 1\ncafé f=1 3\n")
        #expect(lines.refused?.first == 4 && lines.refused?.count == 2)
    }

    @Test("a line may come in pieces")
    func pieces() throws { #expect(try stamp("m f", "=1", " 9\nm f=2", "\n") == "m f=1 9\nm f=2 42\n") }

    @Test("a line gets the tag of the box behind its tags, unless it names one")
    func box() throws {
        var lines = StampedLines(.seconds, box: "k7f39-x2m4t")
        func stamp(_ line: String) throws -> String {
            String(decoding: try lines.add(Array("\(line)\n".utf8)[...], at: Timestamp(seconds: 42)), as: UTF8.self)
        }
        #expect(try stamp("m f=1 7") == "m,box=k7f39-x2m4t f=1 7\n")
        #expect(try stamp("m,site=ma\\ maison f=1") == "m,site=ma\\ maison,box=k7f39-x2m4t f=1 42\n")
        #expect(try stamp("m,box=other f=1 7") == "m,box=other f=1 7\n")
        #expect(try stamp("m,icebox=a s=\",box=\" 7") == "m,icebox=a,box=k7f39-x2m4t s=\",box=\" 7\n")
        #expect(try stamp("# m f=1") == "# m f=1\n")
        #expect(try stamp("no-line-protocol") == "no-line-protocol 42\n")
    }

    @Test("what has no line feed for ever is no line protocol")
    func endless() {
        var lines = StampedLines(.seconds)
        let piece = [UInt8](repeating: 120, count: 1 << 19)
        #expect(throws: CommandError.self) { for _ in 0..<4 { _ = try lines.add(piece[...], at: .now()) } }
    }
}
