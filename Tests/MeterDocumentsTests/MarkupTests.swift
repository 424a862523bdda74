import Testing

@testable import MeterDocuments

@Suite struct MarkupTests {
    private static let status = """
        <?xml version="1.0" encoding="ISO-8859-1"?>
        <response><config_hostname>MAISON \u{E9}</config_hostname><T1_PTEC>HP..</T1_PTEC><T1_PAPP>01640</T1_PAPP>
        <count0>1234567</count0><empty/><pince id="2"><I unit="A">4,5</I></pince></response>
        """

    private static func found(_ bytes: [UInt8], _ path: String, _ format: DocumentFormat = .xml) throws -> FoundValue? {
        try Document(bytes, format).value(at: try #require(DocumentPlace(path, in: format)))
    }

    @Test(
        "a value is found by its XPath",
        arguments: [
            ("/response/T1_PAPP", FoundValue?.some(.text("01640"))), ("//pince[@id='2']/I", .text("4,5")),
            ("//I/@unit", .text("A")), ("/response/empty", .text("")), ("/response/T2_PAPP", nil),
            ("//config_hostname", .text("MAISON é")), ("count(/response/*)", .text("6")),
            ("number(//T1_PAPP) * 2", .text("3280")), ("string(//nothing)", .text("")),
        ]
    )
    func paths(_ path: String, _ value: FoundValue?) throws {
        // As it is declared, and as UTF-8 whatever it declares.
        for bytes in [Self.status.unicodeScalars.map { UInt8($0.value) }, [UInt8](Self.status.utf8)] {
            #expect(try Self.found(bytes, path) == value)
        }
    }

    @Test(
        "broken XML is read as far as it goes",
        arguments: [
            "<response><T1_PAPP>01640</T1_PAPP><a>x & y</a></response>",
            "<response><a></b><T1_PAPP>01640</T1_PAPP></response>",
            "<response><T1_PAPP>01640</T1_PAPP><a href=x></response>",
            "<?xml version='1.0' encoding='nonsense'?><response><T1_PAPP>01640</T1_PAPP></response>",
            "\r\n\r\n<?xml version='1.0'?><response><T1_PAPP>01640</T1_PAPP></response>",
            "<response><T1_PAPP>01640</T1_PAPP></response><response></response>",
            "<response><T1_PAPP>01640</T1_PAPP><a>\u{1}&nbsp;</a></response>",
            "<response xmlns:x='y'><T1_PAPP>01640</T1_PAPP></z:a></response>",
        ]
    )
    func broken(_ text: String) throws {
        #expect(try Self.found([UInt8](text.utf8), "//T1_PAPP") == .text("01640"))
    }

    @Test("XML that is cut at any byte never gives a part of a value")
    func cut() throws {
        let bytes = [UInt8](Self.status.utf8)
        for count in bytes.indices {
            guard let document = try? Document(Array(bytes[..<count]), .xml) else { continue }
            for (path, whole) in [
                ("//T1_PAPP", "01640"), ("//count0", "1234567"), ("//I", "4,5"), ("//T1_PTEC", "HP.."),
            ] {
                let found = document.value(at: try #require(DocumentPlace(path, in: .xml)))
                #expect(found == nil || found == .text("") || found == .text(whole), "\(count) \(path)")
            }
        }
    }

    @Test("entities that grow are refused, and none is fetched")
    func entities() throws {
        let bomb = "<!DOCTYPE a [<!ENTITY b \"bb\"><!ENTITY c \"&b;&b;\">]><a>&c;</a>"
        #expect(throws: DocumentError.entities) { try Document([UInt8](bomb.utf8), .xml) }
        let wide: [UInt8] = [0xFF, 0xFE] + bomb.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        #expect(throws: DocumentError.entities) { try Document(wide, .xml) }
        let outside = "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a>1</a>"
        #expect(try Self.found([UInt8](outside.utf8), "/a") == .text("1"))
    }

    @Test(
        "what is no XML is refused",
        arguments: [
            ("", DocumentError.empty), ("<html><head></head><body>401</body></html>", .webPage),
            ("no XML at all", .malformed("not XML", at: 0)), ("<a>1</a", .truncated), ("<a>12", .truncated),
        ]
    )
    func refused(_ text: String, _ error: DocumentError) {
        #expect(throws: error) { try Document([UInt8](text.utf8), .xml) }
    }

    @Test("an expression that is no XPath is refused", arguments: ["", "/a[", "a b", "//", "@@"])
    func badPath(_ path: String) {
        #expect(DocumentPlace(path, in: .xml) == nil)
        #expect(DocumentPlace(path, in: .html) == nil)
    }

    @Test("a value is scraped from a page whose tags nobody closed")
    func page() throws {
        let page = "<!doctype html><body><table><tr><td>Power<td id=p class='x'> 1 640 W<tr><td>\u{E9}<td>2</table>"
        for bytes in [[UInt8](page.utf8), page.unicodeScalars.map { UInt8($0.value) }] {
            #expect(try Self.found(bytes, "//td[@id='p']", .html) == .text(" 1 640 W"))
            #expect(try Self.found(bytes, "//tr[2]/td[1]", .html) == .text("é"))
        }
        #expect(throws: Never.self) { try Document([UInt8]("plain".utf8), .html) }
    }

    @Test("the children of an element come in their order, twice if they are there twice")
    func children() throws {
        let text = "<data><tic1><PAPP>10</PAPP><BASE>5</BASE><PAPP>11</PAPP></tic1><tic2/></data>"
        let document = try Document([UInt8](text.utf8), .xml)
        let children = document.children(of: "/*/tic1")
        #expect(children.map(\.name) == ["PAPP", "BASE", "PAPP"] && children.map(\.text) == ["10", "5", "11"])
        #expect(document.children(of: "/*/tic2").isEmpty && document.children(of: "/*/tic3").isEmpty)
        let json = try Document([UInt8](#"{"T1_PAPP":780,"T1_PTEC":"HP..","x":null,"y":[1],"z":true}"#.utf8), .json)
        #expect(json.children(of: "/*").map(\.text) == ["780", "HP..", "true"])
    }

    @Test(
        "more than any page has is refused before libxml2 reads it",
        arguments: [
            ("<r><a " + (0..<5000).map { "a\($0)='' " }.joined() + "/></r>", "attributes in one element"),
            ("<r><!-- " + String(repeating: "<!-- ", count: 5000) + "--></r>", "double hyphens in a comment"),
            ("<r>" + String(repeating: "<a/>", count: 60_000) + "</r>", "elements"),
            ("<r>" + String(repeating: "&x;", count: 60_000) + "</r>", "entities"),
        ]
    )
    func tooMuch(_ text: String, _ what: String) {
        for format in [DocumentFormat.xml, .html] {
            do throws(DocumentError) {
                _ = try Document([UInt8](text.utf8), format)
                Issue.record("\(format) takes too many \(what)")
            } catch {
                guard case .tooMuch(what, _) = error else {
                    Issue.record("\(error)")
                    continue
                }
            }
        }
    }

    @Test(
        "nothing hides from the count: quotes, comments and scripts are where libxml2 sees them, whatever is broken",
        arguments: [
            "<p \"> % \">", "<p a==\"> % \">", "<p a=x\"> % \">", "<p a\"=\"> % \">", "<p /a=\"> % \">",
            "</p \"> % \">", "<!x \"> % \">", "< \"> % \">", "<p <b a> % >", "<!-- --!> % -->", "<!--> % -->",
            "<scripty> % </script>",
            "<styles> % </style>", "<script/> % </script>", "<![cdata[> % ]]>", "<p a=\"\0\"> % \">",
        ]
    )
    func hidden(_ disguise: String) {
        let names = (0..<400).map { "a\($0)" }.joined(separator: " ")
        let many = String(repeating: "<b c>", count: DocumentLimits.elements)
        for (content, what) in [("<q \(names)>", "attributes in one element"), (many, "elements")] {
            let parts = disguise.split(separator: "%", omittingEmptySubsequences: false)
            let text = "<html><body>\(parts.joined(separator: content))</body></html>"
            #expect(throws: DocumentError.self, "\(what) in \(disguise)") {
                try MarkupCensus.check([UInt8](text.utf8), isHTML: true)
            }
        }
    }

    @Test(
        "XML: what libxml2 breaks off at a forbidden character is counted from there on",
        arguments: [
            "<!-- \u{1} % -->", "<![CDATA[ \u{1} % ]]>", "<![cdata[ % ]]>", "<!-- \u{FFFF} % -->", "<?x \u{1} % ?>",
        ]
    )
    func brokenOff(_ disguise: String) {
        let names = (0..<400).map { "a\($0)='' " }.joined()
        for content in ["<q \(names)/>", String(repeating: "<b/>", count: DocumentLimits.elements)] {
            let parts = disguise.split(separator: "%", omittingEmptySubsequences: false)
            let text = "<r>\(parts.joined(separator: content))</r>"
            #expect(throws: DocumentError.self, "\(disguise)") {
                try MarkupCensus.check([UInt8](text.utf8), isHTML: false)
            }
        }
    }

    @Test("attributes of all elements together have a limit, too: each costs as much memory as an element")
    func attributes() {
        let element = "<b " + (0..<200).map { "a\($0)='' " }.joined() + "/>"
        let text = "<r>" + String(repeating: element, count: DocumentLimits.values / 200 + 1) + "</r>"
        for format in [DocumentFormat.xml, .html] {
            #expect(throws: DocumentError.tooMuch("attributes", DocumentLimits.values)) {
                _ = try Document([UInt8](text.utf8), format)
            }
        }
    }

    @Test(
        "a page as devices have them is not too much",
        arguments: [
            "<r><!-- \(String(repeating: "-", count: 80)) --><a x='1' y=\"<\">5</a></r>",
            "<html><script>for(i=0;i<n;i++){\(String(repeating: "a = b; ", count: 500))}</script><a>5</a></html>",
            "<html><STYLE>\(String(repeating: "p > a b c ", count: 500))</STYLE><a title='\(String(repeating: "w ", count: 500))'>5</a>",
            "<r>" + String(repeating: "<b c='d' e=\"f\"/>", count: 2000) + "<a>5</a></r>",
            "<html><script src=\"x\" defer >\(String(repeating: "a<b; ", count: 500))</script ><a>5</a></html>",
            "<html><p data-x = 'a > \(String(repeating: "w ", count: 500))'ID=\"\(String(repeating: "> ", count: 500))\"><a>5</a></html>",
        ]
    )
    func enough(_ text: String) throws {
        #expect(try Self.found([UInt8](text.utf8), "//a", .html) == .text("5"))
    }

    @Test(
        "the other formats have limits of their own",
        arguments: [
            (DocumentFormat.json, "[" + String(repeating: "0,", count: 250_000) + "0]"),
            (.csv, String(repeating: "1;", count: 250_000) + "\n1;2\n"),
            (.form, String(repeating: "a=1&", count: 250_000)),
        ]
    )
    func values(_ format: DocumentFormat, _ text: String) {
        #expect { _ = try Document([UInt8](text.utf8), format) } throws: { error in
            guard case .tooMuch(_, DocumentLimits.values)? = error as? DocumentError else { return false }
            return true
        }
    }
}
