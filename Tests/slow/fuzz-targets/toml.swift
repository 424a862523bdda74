// The reader of the configuration, built by Tests/slow/fuzz together with toml++.

private enum Role: String, CaseIterable { case production, consumption }

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = input(start, count)
    let document = ConfigDocument(bytes: bytes, file: "f", credentialsDirectory: nil)
    readAll(document.root)
    let findings = document.diagnostics.all
    promise(document.tree != nil || findings.count == 1, "a text that is refused has one reason")
    let lines = bytes.count { $0 == UInt8(ascii: "\n") } + 1
    for finding in findings {
        promise(finding.line >= 1 && finding.line <= lines && finding.column >= 1, "\(finding)")
        promise(!finding.message.isEmpty && !finding.message.contains("\n"), "\(finding)")
    }
    return 0
}

private func readAll(_ root: ConfigSection) {
    if let influx = root.section("influx") {
        _ = influx.string("url", "Where.")
        _ = influx.duration("flush", in: .seconds(1) ... .seconds(3600), default: .seconds(10), "How often.")
        let spool = influx.sectionOrDefaults("spool")
        _ = spool.path("directory", "Where.")
        _ = spool.byteCount("limit", default: 1, "How much.")
    }
    _ = root.stringTable("tags")
    for (_, section) in root.namedSections("source") {
        _ = section.string("type", "Kind.")
        _ = section.optionalDuration("every", "How often.")
        _ = section.strings("list", default: [], "What.")
        _ = section.boolean("on", default: false, "Whether.")
        _ = section.optionalInteger("line", in: 0...63, "Which.")
        _ = section.number("factor", default: 1, "How much.")
        _ = section.choice("role", default: Role.production, "What.")
        _ = section.measurement("to", default: "m", "Where to.")
    }
    root.finish()
}
