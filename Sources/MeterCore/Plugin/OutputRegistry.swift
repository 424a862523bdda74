/// The kinds of servers that the program knows.
public struct OutputRegistry: Sendable {
    /// In the order in which they were named.
    public let all: [any Output.Type]

    public init(_ types: [any Output.Type]) { all = types }

    public subscript(type: String) -> (any Output.Type)? { all.first { $0.type == type } }
}
