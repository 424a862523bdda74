import Foundation
import Testing

@testable import MeterDocuments

@Suite struct JSONTests {
    private static let weather = #"""
        {"coord":{"lon":2.35,"lat":48.85},"weather":[{"id":804,"main":"Clouds"},{"id":500}],
         "main":{"temp":12.34,"humidity":"81","feels_like":null},"rain":{"1h":0.2},"clouds":{"all":100},
         "em:0":{"act/power":-12.5},"big":12345678901234567,"on":true,"a.b":"dot","tilde~":1e-2,"é\u00e9\ud83d\ude00":"\n\"\\\/"}
        """#

    @Test(
        "a value is found by its dotted path or its pointer",
        arguments: [
            ("main.temp", FoundValue.text("12.34")), ("/main/temp", .text("12.34")), ("main.humidity", .text("81")),
            ("weather[1].id", .text("500")), ("weather.0.main", .text("Clouds")), ("/weather/0/main", .text("Clouds")),
            ("rain.1h", .text("0.2")), ("/em:0/act~1power", .text("-12.5")), ("big", .text("12345678901234567")),
            ("on", .boolean(true)), ("main.feels_like", .null), ("main", .structure), ("weather", .structure),
            ("/a.b", .text("dot")), ("/tilde~0", .text("1e-2")), ("éé😀", .text("\n\"\\/")),
        ]
    )
    func found(_ path: String, _ value: FoundValue) throws {
        let document = try Document([UInt8](Self.weather.utf8), .json)
        let place = try #require(DocumentPlace(path, in: .json))
        #expect(document.value(at: place) == value)
    }

    @Test(
        "what is not there is not found",
        arguments: ["main.pressure", "weather[2].id", "weather[0].id.deeper", "/", "/main/temp/", "rain[0]"]
    )
    func missing(_ path: String) throws {
        let document = try Document([UInt8](Self.weather.utf8), .json)
        #expect(document.value(at: try #require(DocumentPlace(path, in: .json))) == nil)
    }

    private static let meters = #"""
        {"list":[{"kind":"pv","on":true,"eid":1},{"kind":"net","on":true,"eid":2},{"kind":"net","on":false,"eid":3}],
         "read":[{"eid":2,"w":-5.5,"p":[{"n":"a","w":1}]},{"eid":1,"w":700}],
         "radio":[{"rssi":-60,"ok":true},{"rssi":-127,"ok":true}],"part":[{"rssi":-60},{}],"none":[]}
        """#

    @Test(
        "an element of a list is found by its members, also by one that stands elsewhere, and all of them by their least",
        arguments: [
            ("read[eid=1].w", FoundValue.text("700")), ("list[kind=pv].eid", .text("1")),
            ("list[kind=net,on=true].eid", .text("2")), ("list[on=false].kind", .text("net")),
            ("list[kind=net].eid", .unreadable("are two different values")), ("list[kind=gas].eid", nil),
            ("list[kind=pv,on=false].eid", nil), ("read[eid=$list[kind=net,on=true].eid].w", .text("-5.5")),
            ("read[eid=$list[kind=gas].eid].w", nil), ("read[eid=2].p[n=a].w", .text("1")),
            ("radio[*].rssi", .text("-127")), ("radio[*].ok", .boolean(true)), ("list[*].on", .boolean(false)),
            ("part[*].rssi", nil), ("none[*].rssi", nil), ("radio[*]", nil),
        ]
    )
    func conditions(_ path: String, _ value: FoundValue?) throws {
        let document = try Document([UInt8](Self.meters.utf8), .json)
        #expect(document.value(at: try #require(DocumentPlace(path, in: .json))) == value)
    }

    @Test(
        "a path that means nothing is refused",
        arguments: [
            "", "a..b", "a[", "a[x]", "a]b", "a[-1]", "/~2", ".", "a[=1]", "a[b=1", "a[b=$]", "a[b=$c[].d]", "a[b=1]]",
            "a[b.c=1]", "a[]", "a[b=1,]",
        ]
    )
    func badPath(_ path: String) { #expect(DocumentPlace(path, in: .json) == nil) }

    @Test(
        "documents that are none are refused, where they stop making sense",
        arguments: [
            ("", DocumentError.empty), (" \r\n\t", .empty), ("<html><body>login</body></html>", .webPage),
            ("  <!DOCTYPE HTML>", .webPage), ("{\"a\":1", .truncated), ("{\"a\":\"tex", .truncated),
            ("[1,", .truncated),
            ("{\"a\":tru", .truncated), ("{\"a\":1}}", .malformed("something follows the end", at: 7)),
            ("{a:1}", .malformed("expected a name in quotes", at: 1)),
            ("{\"a\" 1}", .malformed("expected \":\"", at: 5)),
            ("[*]", .malformed("not JSON", at: 1)), ("nope", .malformed("not JSON", at: 1)),
            ("[\"\\x\"]", .malformed("an unknown escape", at: 3)),
            ("[1 NaN]", .malformed("expected a comma or \"]\"", at: 3)),
        ]
    )
    func refused(_ text: String, _ error: DocumentError) {
        #expect(throws: error) { try Document([UInt8](text.utf8), .json) }
    }

    @Test("two members of one name with different values are no value, and spoil no other")
    func twice() throws {
        let document = try Document([UInt8](#"{"w":1,"w":2,"m":{"w":3,"v":5},"m":{"w":4,"v":5},"a":6}"#.utf8), .json)
        for (path, value) in [
            ("w", FoundValue.unreadable("are two different values")),
            ("m.w", .unreadable("are two different values")), ("m.v", .text("5")), ("a", .text("6")),
        ] {
            #expect(document.value(at: try #require(DocumentPlace(path, in: .json))) == value)
        }
    }

    @Test(
        "a bare word that JSON does not know spoils its own place only",
        arguments: ["nan", "NaN", "inf", "-Infinity", "00.0", "+1", ".5", "1.", "truer", "0x1F", "1e"]
    )
    func bareWord(_ word: String) throws {
        let document = try Document([UInt8]("{\"w\": \(word), \"list\": [\(word),7], \"v\": 230.5}".utf8), .json)
        for (path, value) in [
            ("w", FoundValue.unreadable("is \(word), which is no value of JSON")), ("list[1]", .text("7")),
            ("v", .text("230.5")),
        ] {
            #expect(document.value(at: try #require(DocumentPlace(path, in: .json))) == value)
        }
    }

    @Test("a comma behind the last element is forgiven")
    func comma() throws {
        let document = try Document([UInt8]("{\"a\":[1,2,],\"b\":3,}".utf8), .json)
        #expect(document.value(at: try #require(DocumentPlace("b", in: .json))) == .text("3"))
        #expect(throws: DocumentError.self) { try Document([UInt8]("[,]".utf8), .json) }
    }

    @Test("brackets inside each other are refused before they fill the stack")
    func deep() {
        let deep = [UInt8](String(repeating: "[", count: 100_000).utf8)
        #expect(throws: DocumentError.self) { try Document(deep, .json) }
        #expect(throws: Never.self) {
            try Document([UInt8]((String(repeating: "[", count: 60) + String(repeating: "]", count: 60)).utf8), .json)
        }
    }

    @Test("a byte order mark, Latin-1, UTF-16 and zero bytes at the end are read")
    func encodings() throws {
        let place = try #require(DocumentPlace("nom", in: .json))
        let text = "{\"nom\":\"Été\"}"
        let latin = text.unicodeScalars.map { UInt8($0.value) }
        let wide: [UInt8] = [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        let other: [UInt8] = [0xFE, 0xFF] + text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
        for bytes in [Array(text.utf8), [0xEF, 0xBB, 0xBF] + Array(text.utf8), latin, wide, other, latin + [0, 0]] {
            #expect(try Document(bytes, .json).value(at: place) == .text("Été"))
        }
    }

    @Test("a document that is cut at any byte is refused")
    func cut() {
        let bytes = [UInt8](Self.weather.utf8)
        for count in bytes.indices {
            #expect(throws: DocumentError.self) { try Document(Array(bytes[..<count]), .json) }
        }
    }
}
