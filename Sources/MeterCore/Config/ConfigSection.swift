public import MeterNotation

/// A table of the configuration, read setting by setting.
///
/// Each read names its key, its range, its default and a sentence of help; that line decodes the value, words the
/// error and is the documentation (`declarations`). A read never fails: what is wrong goes to the diagnostics and the
/// default, or a harmless value, comes back, so that all errors of a file are found in one go. Whoever reads must
/// therefore look at `Diagnostics.hasErrors` before using what was read.
///
/// After the last read, `finish()` on the root reports the keys nobody asked for, in all the tables that were read.
public final class ConfigSection {
    /// The state that all the sections of a document share.
    struct Context {
        /// The origin of values.
        enum Mode {
            /// Values come from the file.
            case reading
            /// There is no file: reads only declare.
            case describing
            /// The file could not be parsed, which was said already.
            case silent
        }

        /// The origin of values in this document.
        var mode: Mode
        /// The name of the file in messages.
        var file: String
        /// The list that every problem goes to.
        var diagnostics: Diagnostics
        /// The folder in which systemd puts credentials, if it does.
        var credentialsDirectory: String?
        /// The files that the document names.
        let files = NamedFiles()
    }

    private enum Declared {
        case setting(SettingDeclaration)
        case section(key: String, ConfigSection)
    }

    /// The table's name as a dotted key, empty for the whole file: `source.linky`.
    public let path: String
    /// Its last part: `linky`.
    public var name: String { path.split(separator: ".").last.map(String.init) ?? "" }
    /// The place at which the table begins.
    public let position: SourcePosition
    /// The state that it shares with the other tables of the file.
    let context: Context

    private let entries: [ConfigEntry]
    private var declared: [Declared] = []
    private var known: [String] = []
    /// What was said of the required settings that are not there, by their keys.
    private var lacking: [String: Diagnostic] = [:]
    /// The keys whose value was reported as wrong.
    private var refused: Set<String> = []

    init(_ entries: [ConfigEntry], path: String, at position: SourcePosition, context: Context) {
        self.entries = entries
        self.path = path
        self.position = position
        self.context = context
    }

    /// A section without a file, which records what is declared and reports nothing.
    public static func describing(path: String) -> ConfigSection {
        let context = Context(mode: .describing, file: "", diagnostics: Diagnostics(), credentialsDirectory: nil)
        return ConfigSection([], path: path, at: .start, context: context)
    }

    /// The settings read so far, those of inner tables with dotted keys, in the order of reading.
    public var declarations: [SettingDeclaration] {
        declared.flatMap { item -> [SettingDeclaration] in
            switch item {
            case .setting(let declaration): return [declaration]
            case .section(let key, let section):
                return section.declarations.map { inner in
                    var declaration = inner
                    declaration.key = "\(key).\(inner.key)"
                    return declaration
                }
            }
        }
    }

    /// True when the file sets the key, even to a wrong value.
    public func contains(_ key: String) -> Bool { entry(key) != nil }

    /// Everything that the file sets here as a text, which moving lines around does not change.
    public var fingerprint: String { ConfigValue.table(entries).fingerprint }

    // MARK: Tables

    /// The inner table, or nothing when the file has none; always there when describing.
    public func section(_ key: String) -> ConfigSection? {
        know(key)
        if let section = child(key) { return section }
        if context.mode == .describing { return adopt(key, [], at: position) }
        guard let node = entry(key)?.node else { return nil }
        guard case .table(let entries) = node.value else {
            // The name of the place as a tag is what most people mean by it.
            let hint: Phrase? =
                if path.isEmpty, key == "site", case .string(let text) = node.value {
                    "write [tags], and below it site = \(quoted(text))"
                } else {
                    nil
                }
            reportWrong(key, node, expected: "a table", hint: hint)
            return nil
        }
        return adopt(key, entries, at: node.position)
    }

    /// The inner table, which reads as an empty one when the file has none: its defaults apply.
    public func sectionOrDefaults(_ key: String) -> ConfigSection {
        section(key) ?? adopt(key, [], at: position)
    }

    /// The tables `[key.NAME]` in the order of the file; one called `NAME` when describing.
    ///
    /// Names are of small letters, digits, `-` and `_`, since they become tags and file names.
    public func namedSections(_ key: String) -> [(name: String, section: ConfigSection)] {
        guard let parent = namedTable(key) else { return [] }
        if context.mode == .describing { return parent.section("NAME").map { [("NAME", $0)] } ?? [] }
        return parent.entries.compactMap { entry in
            if !isSlug(entry.key) {
                tell(
                    "the name \(quoted(entry.key)) may have only small letters, digits, \"-\" and \"_\"; "
                        + "write [\(parent.path).\(slug(of: entry.key))]",
                    at: entry.keyPosition
                )
            }
            return parent.section(entry.key).map { (entry.key, $0) }
        }
    }

    private func namedTable(_ key: String) -> ConfigSection? {
        guard let node = entry(key)?.node else { return section(key) }
        switch node.value {
        case .array:
            know(key)
            reportWrong(key, node, expected: "named tables", hint: "write [\(path(of: key)).NAME]")
            return nil
        case .table(let entries) where path.isEmpty && entries.contains(where: { !$0.node.value.isTable }):
            // Its settings would be taken for tables, each for a mistake of its own.
            know(key)
            tell(
                "\(key): its name is missing; write [\(key).NAME], and any name in the place of NAME",
                at: node.position
            )
            return nil
        default: return section(key)
        }
    }

    // MARK: Reporting

    /// Reports a problem that only several settings together show.
    ///
    /// - Parameters:
    ///   - message: a sentence without a full stop, which says what to do.
    ///   - key: the setting at whose value it stands; the table's beginning without one.
    ///   - severity: an error by default, after which the configuration is not used.
    public func report(_ message: Phrase, at key: String? = nil, severity: Diagnostic.Severity = .error) {
        let place = key.flatMap { entry($0) }?.node.position ?? position
        let subject = key.map { path(of: $0) } ?? path
        tell(subject.isEmpty ? message : "\(subject): \(message)", at: place, severity: severity)
    }

    /// Takes over what was found in another file that this one names, at its places there.
    public func include(_ diagnostics: Diagnostics) {
        guard context.mode == .reading else { return }
        for diagnostic in diagnostics.all { context.diagnostics.report(diagnostic) }
    }

    /// Reports the keys which were not asked for, here and in the inner tables that were.
    ///
    /// Each report names the nearest known key, or else all known ones; that this one is missing is no second mistake.
    public func finish() {
        for entry in entries where !known.contains(entry.key) {
            let hint: Phrase
            if let near = meant(by: entry.key) {
                hint = Phrase.didYouMean(near)
                if let missing = lacking.removeValue(forKey: near) { context.diagnostics.withdraw(missing) }
            } else if known.isEmpty {
                hint = "there are none here" as Phrase
            } else {
                hint = "known here: \(known.sorted().joined(separator: ", "))" as Phrase
            }
            let name = path(of: entry.key)
            tell(
                entry.node.value.isTable ? "\(name): unknown table; \(hint)" : "\(name): unknown setting; \(hint)",
                at: entry.keyPosition
            )
        }
        for case .section(_, let section) in declared { section.finish() }
    }

    /// The setting that was probably meant by a key that is none: one that is missing before any other.
    private func meant(by key: String) -> String? {
        OtherWords.meant(by: key, among: known) ?? nearestWord(to: key, among: lacking.keys.sorted())
            ?? nearestWord(to: key, among: known)
    }

    /// Takes the keys that were not asked for as known: what they mean cannot be told.
    public func ignoreOthers() { for entry in entries { know(entry.key) } }

    // MARK: For the typed reads

    /// The key with its value and its place; `nil` when the file does not set it.
    func entry(_ key: String) -> ConfigEntry? { entries.first { $0.key == key } }

    /// The keys with their values, in the order of the file.
    var allEntries: [ConfigEntry] { entries }

    /// The dotted name of a key in this table, for messages.
    func path(of key: String) -> String { path.isEmpty ? keyText(key) : "\(path).\(keyText(key))" }

    /// Reports a problem at a place of the file.
    ///
    /// - Returns: what was reported; `nil` where nobody reads a file.
    @discardableResult
    func tell(_ message: Phrase, at place: SourcePosition, severity: Diagnostic.Severity = .error) -> Diagnostic? {
        guard context.mode == .reading else { return nil }
        let diagnostic = Diagnostic(said(message), severity: severity, file: context.file, at: place)
        context.diagnostics.report(diagnostic)
        return diagnostic
    }

    /// Reports that a required setting is not there.
    func tellMissing(_ setting: Setting) {
        let key = setting.declaration.key
        lacking[key] = tell("\(path(of: key)): missing; expected \(setting.expected)", at: position)
    }

    /// Reports that one of several settings is needed and none is there; one that is there and wrong was reported already.
    ///
    /// - Parameters:
    ///   - message: a sentence without a full stop, which says what to write.
    ///   - keys: the settings of which one is enough.
    public func reportMissing(_ message: Phrase, oneOf keys: [String]) {
        guard !keys.contains(where: contains) else { return }
        let diagnostic = tell(path.isEmpty ? message : "\(path): \(message)", at: position)
        for key in keys { lacking[key] = diagnostic }
    }

    /// True when a setting was reported, as missing or as wrong: what depends on it cannot be judged.
    public func isReported(_ key: String) -> Bool { lacking[key] != nil || refused.contains(key) }

    /// Reports a value of another type or out of its range, in the words `expected …, found …`.
    func reportWrong(_ key: String, _ node: ConfigNode, expected: Phrase, hint: Phrase? = nil) {
        refused.insert(key)
        let hint: Phrase = hint.map { "; \($0)" } ?? ""
        tell("\(path(of: key)): expected \(expected), found \(node.value.inWords)\(hint)", at: node.position)
    }

    /// Takes a key off the list of those that `finish` reports.
    func know(_ key: String) {
        if !known.contains(key) { known.append(key) }
    }

    /// Takes note of a setting; reading it again changes nothing.
    func declare(_ declaration: SettingDeclaration) {
        know(declaration.key)
        let isNew = !declared.contains { if case .setting(let old) = $0 { old.key == declaration.key } else { false } }
        if isNew { declared.append(.setting(declaration)) }
    }

    private func child(_ key: String) -> ConfigSection? {
        for case .section(key, let section) in declared { return section }
        return nil
    }

    private func adopt(_ key: String, _ entries: [ConfigEntry], at place: SourcePosition) -> ConfigSection {
        let section = ConfigSection(entries, path: path(of: key), at: place, context: context)
        declared.append(.section(key: key, section))
        return section
    }
}
