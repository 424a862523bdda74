/// A value at a place of a document, not yet of the type that its field has.
public enum FoundValue: Sendable, Hashable {
    /// A text, or a number as it is written, so that no digit is lost.
    case text(String)
    /// True or false, of a JSON document.
    case boolean(Bool)
    /// JSON's `null`: the document says that there is no value.
    case null
    /// More than one value, a list or an object: the place is one too high.
    case structure
    /// No value: the reason, as the end of a sentence that begins with the place.
    case unreadable(String)
}
