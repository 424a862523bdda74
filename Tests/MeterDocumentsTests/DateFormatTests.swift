import Testing

@testable import MeterDocuments

@Suite struct DateFormatTests {
    private static let noon: Int64 = 1_772_366_400_000_000_000

    @Test(
        "dates are read as devices write them",
        arguments: [
            ("iso", "2026-03-01 12:00", DateFormat.Reading?.some(.local(noon))),
            ("iso", "2026-03-01T12:00:00Z", .instant(noon)),
            ("iso", " 2026-03-01T13:00:00.500+01:00 ", .instant(noon + 500_000_000)),
            ("iso", "2026-03-01T08:00:00-04:00", .instant(noon)), ("iso", "2026-03-01T17:30+0530", .instant(noon)),
            ("iso", "2026-03-01", .local(noon - 43_200_000_000_000)), ("iso", "2026-02-29 12:00", nil),
            ("iso", "2026-03-01 12:00x", nil), ("iso", "2026-03-01 25:00", nil), ("iso", "", nil),
            ("iso", "1970-01-01 00:00", nil), ("unix", "1772366400", .instant(noon)),
            ("unix", "1772366400.5", .instant(noon + 500_000_000)), ("unix_ms", "1772366400000", .instant(noon)),
            ("unix", "-5", nil), ("unix", "99999999999999999", nil),
            ("%d/%m/%Y %H:%M", "1/3/2026 12:00", .local(noon)),
            ("%d/%m/%y %H:%M:%S", "01/03/26 12:00:00", .local(noon)),
            ("%Y%m%d%H%M", "202603011200", .local(noon)), ("%Y-%j %H", "2026-060 12", .local(noon)),
            ("%Y-%j", "2026-366", nil), ("%d/%m/%Y %H:%M", "31/04/2026 12:00", nil),
            ("%d/%m/%Y %H:%M", "28/02/2026 24:00", .local(noon - 43_200_000_000_000)),
            ("%d/%m/%Y %H:%M", "28/02/2026 24:01", nil),
        ]
    )
    func read(_ format: String, _ text: String, _ reading: DateFormat.Reading?) throws {
        #expect(try #require(DateFormat(format)).read(text) == reading)
    }

    @Test("a format that is none is refused", arguments: ["", "ISO", "%H:%M", "%d/%m", "%Y-%m-%d %Q", "%Y-%m-%d %"])
    func refused(_ format: String) { #expect(DateFormat(format) == nil) }

    @Test("damaged dates are read or refused, and none is outside of 2000 to 2099")
    func damaged() throws {
        let format = try #require(DateFormat("iso"))
        var read = 0
        let seed = Array("2026-10-25T02:30:00.5+02:00".utf8)
        for place in seed.indices {
            for byte in UInt8(0x20)...0x7E {
                var bytes = seed
                bytes[place] = byte
                switch format.read(String(decoding: bytes, as: UTF8.self)) {
                case .instant(let time)?, .local(let time)?:
                    read += 1
                    #expect((946_000_000...4_103_000_000).contains(time / 1_000_000_000))
                case nil: break
                }
            }
        }
        #expect(read > 50)
    }
}
