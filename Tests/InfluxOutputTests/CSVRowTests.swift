import MeterCore
import Testing

@testable import InfluxOutput

@Suite struct CSVRowTests {
    /// The first row of a text.
    private func first(_ text: String) -> CSVRow? { CSVRow([UInt8](text.utf8)) }

    @Test("a row has its time, its tags and its values, wherever commas stand")
    func row() throws {
        let row = try #require(first("linky,\"site=maison,source=a b\",1700000000,12,,0.5"))
        #expect(row.time == 1_700_000_000)
        #expect(row.tags == ["site": "maison", "source": "a b"])
        #expect(row.values == ["12", "", "0.5"])
        #expect(first("name,tags,time,last") == nil)
        #expect(first("") == nil)
    }

    @Test("tags are escaped as in line protocol, and a backslash before anything else is one")
    func tags() throws {
        let row = try #require(first(#"m,"place=Rez\ de\ jardin,a\=b=c\,d,é=\x,last=e\",7,1"#))
        #expect(row.tags == ["place": "Rez de jardin", "a=b": "c,d", "é": #"\x"#, "last": #"e\"#])
        #expect(try #require(first("m,,7,1")).tags.isEmpty)
    }

    @Test("rows of a series have its tags, and the next series has its own")
    func series() throws {
        var row = try #require(
            first(
                "name,tags,time,last\nm,\"site=a,source=b\",7,1\nm,\"site=a,source=b\",8,2\nm,\"site=a,source=c\",7,3\n\nm,,7,4"
            )
        )
        #expect(row.tags == ["site": "a", "source": "b"] && row.time == 7 && row.series == 1)
        #expect(row.advance() && row.tags == ["site": "a", "source": "b"] && row.time == 8 && row.series == 1)
        #expect(row.advance() && row.tags == ["site": "a", "source": "c"] && row.time == 7 && row.series == 2)
        #expect(row.advance() && row.tags.isEmpty && row.number(0) == 4 && row.series == 3)
        #expect(!row.advance() && !row.advance())
    }

    @Test("numbers are read whole or not, and a register that the database computed is rounded")
    func numbers() throws {
        let row = try #require(first("m,,7,9007199254740993,1234.9999999,x,"))
        #expect(row.number(0) == 9_007_199_254_740_992 && row.integer(1) == 1235)
        #expect(row.number(1) == 1234.9999999)
        #expect(row.number(2) == nil && row.number(3) == nil && row.number(4) == nil && row.integer(-1) == nil)
    }

    @Test("each number is the nearest to its text, as the standard library reads it")
    func nearest() throws {
        var texts = [
            "0", "-0", "12", "0.1", "-12.5", "123456789012345", "1234567890123456", "0.000000000000001", "1e21", ".",
        ]
        for _ in 0..<5000 {
            let whole = Int64.random(in: 0..<1_000_000_000_000_000)
            let digits = String(whole)
            let place = Int.random(in: 0...digits.count)
            texts.append((Bool.random() ? "-" : "") + digits.prefix(place) + "." + digits.dropFirst(place))
        }
        for text in texts {
            let number = try #require(first("m,,7,\(text)")).number(0)
            #expect(
                number?.bitPattern == Double(text.hasSuffix(".") && text != "." ? text + "0" : text)?.bitPattern,
                "\(text)"
            )
        }
    }
}
