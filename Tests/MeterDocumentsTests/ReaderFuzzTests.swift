import Foundation
import Testing

@testable import MeterDocuments

/// Documents that something has damaged, always in the same way: a short run of what Tests/slow/fuzz-http-readers does.
@Suite struct ReaderFuzzTests {
    /// Numbers that look as if by chance.
    private struct Chance: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) ^ (state << 31)
        }
    }

    private static let seeds: [(format: DocumentFormat, text: String, places: [String])] = [
        (.json, #"{"a":[1,-2.5e3,"x\u0041",true,null,{"b":{"c":0}}],"d":"1,5"}"#, ["a[1]", "/a/5/b/c", "d"]),
        (.xml, "<?xml version=\"1.0\"?><r><a id=\"1\">01640</a><b><c>x&amp;y</c></b></r>", ["/r/a", "//c", "//@id"]),
        (.html, "<html><table><tr><td>1<td id='p'>2,5 W</table>", ["//td[2]", "//td[@id='p']"]),
        (.csv, "a;\"b;c\";d\r\n1;2;\"3\"\"\"\r\n4;5;6\r\n", ["a", "2", "d"]),
        (.text, "power = 12 W; total=3,5\nend", ["power = ([0-9]+)", "total=(.*)$"]),
    ]

    private static func damaged(_ bytes: [UInt8], _ chance: inout Chance) -> [UInt8] {
        var bytes = bytes
        for _ in 0...Int.random(in: 0...3, using: &chance) {
            guard !bytes.isEmpty else { break }
            let place = Int.random(in: bytes.indices, using: &chance)
            switch Int.random(in: 0..<6, using: &chance) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<7, using: &chance)
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(bytes[Int.random(in: bytes.indices, using: &chance)], at: place)
            case 3: bytes.removeSubrange(place...)
            case 4: bytes.insert(contentsOf: bytes[place...].prefix(8), at: place)
            default: bytes[place] = UInt8.random(in: 0..<128, using: &chance)
            }
        }
        return bytes
    }

    @Test(
        "damaged documents of each kind are refused or read, and never more is found than was there",
        arguments: 0..<5
    )
    func damage(_ kind: Int) throws {
        let seed = Self.seeds[kind]
        var chance = Chance(state: UInt64(kind) + 1)
        let places = try seed.places.map { try #require(DocumentPlace($0, in: seed.format)) }
        var (read, refused) = (0, 0)
        for _ in 0..<3000 {
            let bytes = Self.damaged([UInt8](seed.text.utf8), &chance)
            guard let document = try? Document(bytes, seed.format) else {
                refused += 1
                continue
            }
            read += 1
            for place in places {
                guard case .text(let text)? = document.value(at: place) else { continue }
                // An escape of three bytes in JSON can stand for three bytes; nothing grows.
                #expect(text.utf8.count <= bytes.count)
                if case .decimal(let number)? = NumberText(text) { #expect(number.isFinite) }
            }
        }
        #expect(read > 100)
        #expect(refused > 100 || [.html, .text, .csv].contains(seed.format))
    }

    @Test("damaged JSON is accepted when Foundation accepts it, and the same values are found")
    func foundation() throws {
        var chance = Chance(state: 77)
        let seeds = [
            Self.seeds[0].text, #"[0,1.5,-7,1e2,"a\"b","\\",{"k":[]},{}]"#, #"{"x":{"y":[10,20,{"z":"t"}]},"n":false}"#,
        ]
        var (both, neither) = (0, 0)
        for turn in 0..<6000 {
            let bytes = Self.damaged([UInt8](seeds[turn % seeds.count].utf8), &chance)
            // What is not ASCII is read as Latin-1 here; a half of a pair is read, too; zero bytes at the end are left out.
            guard bytes.allSatisfy({ $0 != 0 && $0 < 0x80 }), !String(decoding: bytes, as: UTF8.self).contains("\\u")
            else {
                continue
            }
            let theirs = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            let read = try? JSONReader.read(bytes)
            // Foundation refuses the whole document for one word that it does not know.
            let ours = Self.isWhole(read) ? read : nil
            if (ours == nil) != (theirs == nil), Self.isTooLarge(ours) { continue }
            #expect((ours == nil) == (theirs == nil), "\(String(decoding: bytes, as: UTF8.self))")
            if let ours, let theirs {
                both += 1
                #expect(Self.agree(ours, theirs), "\(String(decoding: bytes, as: UTF8.self))")
            } else {
                neither += 1
            }
        }
        #expect(both > 100 && neither > 500, "\(both) \(neither)")
    }

    /// True when everything in it can be read.
    private static func isWhole(_ value: JSONValue?) -> Bool {
        switch value {
        case .unreadable?: false
        case .array(let elements)?: elements.allSatisfy { isWhole($0) }
        case .object(let members)?: members.allSatisfy { isWhole($0.value) }
        default: true
        }
    }

    /// Foundation refuses numbers that a Double cannot hold.
    private static func isTooLarge(_ value: JSONValue?) -> Bool {
        switch value {
        case .number(let text)?: !(Double(text)?.isFinite ?? false)
        case .array(let elements)?: elements.contains { isTooLarge($0) }
        case .object(let members)?: members.contains { isTooLarge($0.value) }
        default: false
        }
    }

    private static func agree(_ ours: JSONValue, _ theirs: Any) -> Bool {
        switch (ours, theirs) {
        case (.null, is NSNull): true
        case (.boolean(let flag), let other as NSNumber): flag == other.boolValue
        case (.number(let text), let other as NSNumber): Double(text) == other.doubleValue
        case (.string(let text), let other as String): text == other
        case (.array(let elements), let others as [Any]):
            elements.count == others.count && zip(elements, others).allSatisfy { agree($0, $1) }
        case (.object(let members), let others as [String: Any]):
            // Of equal names another may count there.
            Set(members.map(\.name)) == Set(others.keys)
                && (Set(members.map(\.name)).count < members.count
                    || members.allSatisfy { member in others[member.name].map { agree(member.value, $0) } ?? false })
        default: false
        }
    }
}
