/// The place of a value in a JSON document: `main.temp`, `meters[0].power`, or a pointer of RFC 6901.
///
/// A pointer begins with a slash, such as `/em:0/act`, and reaches names that contain points or brackets: `~1` stands
/// for a slash in it and `~0` for a tilde. Indexes of lists count from 0.
public struct JSONPath: Sendable, Hashable {
    /// The names and indexes from the outside in.
    private var steps: [String]

    /// The path that a text means; `nil` for an empty text, an empty name, a wrong escape or an index that is no
    /// number.
    public init?(_ text: String) {
        guard !text.isEmpty else { return nil }
        guard text.hasPrefix("/") else {
            guard let steps = Self.dotted(text) else { return nil }
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
            steps.append(step)
        }
    }

    /// The steps of names joined by points, with indexes in brackets; a list may be the whole document: `[0].power`.
    private static func dotted(_ text: String) -> [String]? {
        var steps: [String] = []
        for part in text.split(separator: ".", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
            guard let name = pieces.first, !name.isEmpty || pieces.count > 1 && steps.isEmpty, !name.contains("]")
            else {
                return nil
            }
            if !name.isEmpty { steps.append(String(name)) }
            for index in pieces.dropFirst() {
                guard index.last == "]", Int(index.dropLast()) ?? -1 >= 0 else { return nil }
                steps.append(String(index.dropLast()))
            }
        }
        return steps
    }

    /// The value there; `nil` when the document has no such member or element.
    ///
    /// Equal names with different values tell nothing.
    func value(in document: JSONValue) -> FoundValue? { Self.value(in: document, at: steps[...]) }

    private static func value(in value: JSONValue, at steps: ArraySlice<String>) -> FoundValue? {
        guard let step = steps.first else { return found(value) }
        let rest = steps.dropFirst()
        switch value {
        case .object(let members):
            var found: FoundValue?
            for member in members where member.name == step {
                let next = Self.value(in: member.value, at: rest)
                guard let next, let known = found else {
                    found = found ?? next
                    continue
                }
                if next != known { return .unreadable("are two different values") }
            }
            return found
        case .array(let elements):
            guard let index = Int(step), elements.indices.contains(index) else { return nil }
            return Self.value(in: elements[index], at: rest)
        default: return nil
        }
    }

    private static func found(_ value: JSONValue) -> FoundValue {
        switch value {
        case .null: .null
        case .boolean(let flag): .boolean(flag)
        case .number(let text), .string(let text): .text(text)
        case .unreadable(let text): .unreadable("is \(text), which is no value of JSON")
        case .array, .object: .structure
        }
    }
}
