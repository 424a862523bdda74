import MeterCore
import Testing

@testable import InfluxOutput

@Suite struct CSVRowTests {
    @Test("a row has its time, its tags and its values, wherever commas stand")
    func row() throws {
        let row = try #require(CSVRow("linky,\"site=maison,source=a b\",1700000000,12,,0.5"))
        #expect(row.time == 1_700_000_000)
        #expect(row.tags == ["site": "maison", "source": "a b"])
        #expect(row.values == ["12", "", "0.5"])
        #expect(CSVRow("name,tags,time,last") == nil)
        #expect(CSVRow("") == nil)
    }

    @Test("tags are escaped as in line protocol, and a backslash before anything else is one")
    func tags() throws {
        let row = try #require(CSVRow(#"m,"place=Rez\ de\ jardin,a\=b=c\,d,é=\x,last=e\",7,1"#))
        #expect(row.tags == ["place": "Rez de jardin", "a=b": "c,d", "é": #"\x"#, "last": #"e\"#])
        #expect(try #require(CSVRow("m,,7,1")).tags.isEmpty)
    }

    @Test("rows of a series have its tags, and the next series has its own")
    func series() throws {
        let first = try #require(CSVRow("m,\"site=a,source=b\",7,1"))
        let second = try #require(CSVRow("m,\"site=a,source=b\",8,2", after: first))
        let other = try #require(CSVRow("m,\"site=a,source=c\",7,3", after: second))
        #expect(second.tags == ["site": "a", "source": "b"] && second.time == 8)
        #expect(other.tags == ["site": "a", "source": "c"])
        #expect(try #require(CSVRow("m,,7,1", after: other)).tags.isEmpty)
    }

    @Test("numbers are read whole or not, and a register that the database computed is rounded")
    func numbers() throws {
        let row = try #require(CSVRow("m,,7,9007199254740993,1234.9999999,x,"))
        #expect(row.number(0) == 9_007_199_254_740_992 && row.integer(1) == 1235)
        #expect(row.number(1) == 1234.9999999)
        #expect(row.number(2) == nil && row.number(3) == nil && row.number(4) == nil && row.integer(-1) == nil)
    }
}
