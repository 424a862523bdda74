/// The kinds of servers that the program knows.
public struct OutputRegistry: Sendable {
    /// In the order in which they were named.
    public let all: [any Output.Type]

    public init(_ types: [any Output.Type]) { all = types }

    /// The kind that `type = "…"` names, for example `influx`; `nil` for an unknown one.
    public subscript(type: String) -> (any Output.Type)? { all.first { $0.type == type } }
}
