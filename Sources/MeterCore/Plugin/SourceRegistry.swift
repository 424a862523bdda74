/// The kinds of meters that the program knows.
public struct SourceRegistry: Sendable {
    /// In the order in which they were named.
    public let all: [any MeterSource.Type]

    public init(_ types: [any MeterSource.Type]) { all = types }

    /// The kind that `type = "…"` names, for example `teleinfo`; `nil` for an unknown one.
    public subscript(type: String) -> (any MeterSource.Type)? { all.first { $0.type == type } }
}
