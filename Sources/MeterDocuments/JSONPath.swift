import MeterNotation

/// The place of a value in a JSON document: `main.temp`, `meters[0].power`, or a pointer of RFC 6901.
///
/// A pointer begins with a slash, such as `/em:0/act`, and reaches names that contain points or brackets: `~1` stands
/// for a slash in it and `~0` for a tilde. Indexes of lists count from 0.
///
/// Instead of an index, brackets may have conditions, which find the one element of a list that has a member of such a
/// value: `production[type=eim].wNow`, `meters[kind=net,state=on].eid`. A value that begins with `$` is what stands at
/// another place of the document: `readings[eid=$meters[kind=net].eid].power`. `[*]` stands for all elements of a list:
/// the smallest of their numbers, and true only when it is true of all.
public struct JSONPath: Sendable, Hashable {
    /// One step from the outside in.
    private indirect enum Step: Sendable, Hashable {
        /// A member's name, or an index.
        case name(String)
        /// All elements of a list.
        case all
        /// The element of a list that has members of these values.
        case element([Condition])
    }

    /// A member and its value, as it is written or as it stands at another place.
    private struct Condition: Sendable, Hashable {
        var name: String
        var value: String
        var place: JSONPath?
    }

    /// The steps from the outside in.
    private var steps: [Step]

    /// The path that a text means; `nil` for an empty text, an empty name, a wrong escape, or brackets with neither a
    /// number nor conditions.
    public init?(_ text: String) {
        guard !text.isEmpty else { return nil }
        guard text.hasPrefix("/") else {
            guard let steps = Self.dotted(text[...]) else { return nil }
            self.steps = steps
            return
        }
        steps = []
        for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            var step = ""
            var rest = part[...]
            while let character = rest.popFirst() {
                guard character == "~" else {
                    step.append(character)
                    continue
                }
                switch rest.popFirst() {
                case "0": step.append("~")
                case "1": step.append("/")
                default: return nil
                }
            }
            steps.append(.name(step))
        }
    }

    /// The steps of names joined by points, with brackets behind them; a list may be the whole document: `[0].power`.
    private static func dotted(_ text: Substring) -> [Step]? {
        guard let parts = pieces(text, at: ".") else { return nil }
        var steps: [Step] = []
        for part in parts {
            let name = part.prefix { $0 != "[" }
            var rest = part[name.endIndex...]
            guard !name.isEmpty || !rest.isEmpty && steps.isEmpty, !name.contains("]") else { return nil }
            if !name.isEmpty { steps.append(.name(String(name))) }
            while !rest.isEmpty {
                guard rest.first == "[", let end = closing(rest), let step = bracket(rest[..<end].dropFirst()) else {
                    return nil
                }
                steps.append(step)
                rest = rest[rest.index(after: end)...]
            }
        }
        return steps
    }

    /// The step that stands between brackets.
    private static func bracket(_ text: Substring) -> Step? {
        if text == "*" { return .all }
        if let index = Int(text), index >= 0 { return .name(String(text)) }
        var conditions: [Condition] = []
        for part in pieces(text, at: ",") ?? [] {
            guard let sign = part.firstIndex(of: "=") else { return nil }
            let (name, value) = (part[..<sign], part[part.index(after: sign)...])
            guard !name.isEmpty, !name.contains(where: { "[].".contains($0) }) else { return nil }
            guard value.first == "$" else {
                conditions.append(Condition(name: String(name), value: String(value)))
                continue
            }
            guard let place = JSONPath(String(value.dropFirst())) else { return nil }
            conditions.append(Condition(name: String(name), value: "", place: place))
        }
        return conditions.isEmpty ? nil : .element(conditions)
    }

    /// The parts of a text between separators that are in no bracket; `nil` when a bracket is never closed.
    private static func pieces(_ text: Substring, at separator: Character) -> [Substring]? {
        var pieces: [Substring] = []
        var depth = 0
        var start = text.startIndex
        for place in text.indices {
            switch text[place] {
            case "[": depth += 1
            case "]": depth -= 1
            case separator where depth == 0:
                pieces.append(text[start..<place])
                start = text.index(after: place)
            default: break
            }
        }
        return depth == 0 ? pieces + [text[start...]] : nil
    }

    /// The place of the bracket that closes the first one.
    private static func closing(_ text: Substring) -> Substring.Index? {
        var depth = 0
        for place in text.indices {
            if text[place] == "[" { depth += 1 }
            if text[place] == "]" { depth -= 1 }
            if depth == 0 { return place }
        }
        return nil
    }

    /// The value there; `nil` when the document has no such member or element.
    ///
    /// Equal names with different values tell nothing, nor do several elements that fit.
    func value(in document: JSONValue) -> FoundValue? { Self.value(in: document, at: steps[...], of: document) }

    private static func value(
        in value: JSONValue,
        at steps: ArraySlice<Step>,
        of document: JSONValue
    ) -> FoundValue? {
        guard let step = steps.first else { return found(value) }
        let rest = steps.dropFirst()
        switch (value, step) {
        case (.object(let members), .name(let name)):
            return one(members.filter { $0.name == name }.map(\.value), at: rest, of: document)
        case (.array(let elements), .name(let name)):
            guard let index = Int(name), elements.indices.contains(index) else { return nil }
            return Self.value(in: elements[index], at: rest, of: document)
        case (.array(let elements), .element(let conditions)):
            let wanted = conditions.map { condition in
                (name: condition.name, value: condition.place?.value(in: document) ?? .text(condition.value))
            }
            let fitting = elements.filter { element in
                wanted.allSatisfy { isEqual(Self.value(in: element, at: [.name($0.name)], of: document), $0.value) }
            }
            return one(fitting, at: rest, of: document)
        case (.array(let elements), .all):
            return least(elements.map { Self.value(in: $0, at: rest, of: document) })
        default: return nil
        }
    }

    /// The value in all of some values that has it, when it is one.
    private static func one(
        _ values: [JSONValue],
        at steps: ArraySlice<Step>,
        of document: JSONValue
    ) -> FoundValue? {
        var found: FoundValue?
        for value in values {
            let next = Self.value(in: value, at: steps, of: document)
            guard let next, let known = found else {
                found = found ?? next
                continue
            }
            if next != known { return .unreadable(said("are two different values")) }
        }
        return found
    }

    /// True for the same text; a flag is the words `true` and `false`.
    private static func isEqual(_ value: FoundValue?, _ wanted: FoundValue) -> Bool {
        if case .boolean(let flag)? = value { return wanted == .boolean(flag) || wanted == .text("\(flag)") }
        return value == wanted
    }

    /// The smallest of numbers, or of flags; `nil` when one has none, or there is none at all.
    private static func least(_ values: [FoundValue?]) -> FoundValue? {
        var least: (number: Double, value: FoundValue)?
        for value in values {
            let number: Double
            switch value {
            case .boolean(let flag)?: number = flag ? 1 : 0
            case .text(let text)?:
                guard let read = NumberText(text) else { return nil }
                number = read.double
            default: return nil
            }
            if let value, least.map({ number < $0.number }) ?? true { least = (number, value) }
        }
        return least?.value
    }

    private static func found(_ value: JSONValue) -> FoundValue {
        switch value {
        case .null: .null
        case .boolean(let flag): .boolean(flag)
        case .number(let text), .string(let text): .text(text)
        case .unreadable(let text): .unreadable(said("is \(text), which is no value of JSON"))
        case .array, .object: .structure
        }
    }
}
