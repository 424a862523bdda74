/// What stands at a place of a document, not yet made into the type that a field has.
public enum FoundValue: Sendable, Hashable {
    /// A text, or a number as it is written.
    case text(String)
    case boolean(Bool)
    /// The document says that there is no value.
    case null
    /// More than one value: a list or an object.
    case structure
}
