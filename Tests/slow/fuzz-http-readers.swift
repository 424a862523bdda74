// What libFuzzer calls with its inputs; built by Tests/slow/fuzz-http-readers together with the readers.

/// Places that find something in the inputs that it begins with.
private let places: [[DocumentPlace]] = [
    ["a[1]", "/a/5/b/c", "d", "/e~1f"].compactMap { DocumentPlace($0, in: .json) },
    ["/r/a", "//c", "//@id", "string(//b)", "count(//*)"].compactMap { DocumentPlace($0, in: .xml) },
    ["//td[2]", "//td[@id='p']", "//a/@href"].compactMap { DocumentPlace($0, in: .html) },
    ["a", "2", "d"].compactMap { DocumentPlace($0, in: .csv) },
    ["power = ([0-9]+)", "total=(.*)$", "(a|b)*c"].compactMap { DocumentPlace($0, in: .text) },
    ["a", "b c", "\u{FFFD}"].compactMap { DocumentPlace($0, in: .form) },
]

/// The first byte chooses a format, the second how a table is read; the rest is the document.
@_cdecl("LLVMFuzzerTestOneInput")
public func read(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 2 else { return 0 }
    let input = Array(UnsafeBufferPointer(start: data, count: count))
    let kind = Int(input[0]) % DocumentFormat.allCases.count
    let format = DocumentFormat.allCases[kind]
    let delimiter = CSVTable.Delimiter.allCases[Int(input[1]) % CSVTable.Delimiter.allCases.count]
    let layout = CSVLayout(delimiter: delimiter, hasHeader: input[1] & 8 == 0, row: input[1] & 16 == 0 ? .last : .first)
    let bytes = Array(input[2...])
    let text = String(decoding: bytes.prefix(64), as: UTF8.self)
    for mark in NumberText.Mark.allCases {
        if case .decimal(let number)? = NumberText(text, mark: mark) { precondition(number.isFinite) }
    }
    _ = JSONPath(text)
    guard let document = try? Document(bytes, format, layout: layout) else { return 0 }
    // Latin-1 becomes twice as long in UTF-8, in a form once more behind its escapes; nothing else makes more of a document
    // than there was.
    let most = (format == .form ? 4 : 3) * bytes.count + 16
    for place in places[kind] {
        if case .text(let found)? = document.value(at: place) { precondition(found.utf8.count <= most) }
    }
    for child in document.children(of: "/*") { precondition(child.text.utf8.count <= most) }
    return 0
}
