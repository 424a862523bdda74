/// The kinds of outputs that the program knows: histories, which get every reading, and mirrors, which show what is now.
public struct OutputRegistry: Sendable {
    /// A kind of output, by what it does with readings.
    public enum Family: Sendable {
        case history(any HistoryOutput.Type)
        case mirror(any MirrorOutput.Type)

        /// The kind, for its name, its summary and its sample.
        public var plugin: any Plugin.Type {
            switch self {
            case .history(let kind): kind
            case .mirror(let kind): kind
            }
        }
    }

    /// In the order in which they were named.
    public let all: [Family]

    public init(_ all: [Family]) { self.all = all }

    /// The kind that `type = "…"` names, for example `influx`; `nil` for an unknown one.
    public subscript(type: String) -> Family? { all.first { $0.plugin.type == type } }
}
