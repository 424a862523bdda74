/// The limits of a document besides its size: the work of reading one grows with its length, never with the square of it.
///
/// They are far beyond what devices send. What still takes long, as an XPath in a large page may, is given up by time:
/// see `ReadingDesk`.
public enum DocumentLimits {
    /// The deepest nesting of JSON, 64 levels: the stack of a small thread must hold them.
    ///
    /// libxml2 has 256 for elements.
    public static let depth = 64
    /// The most values of a document: members and elements of JSON, cells of a table, values of a
    /// form, attributes of XML and HTML.
    public static let values = 200_000
    /// The most elements of a page or of XML, and of its `&` besides; each costs some hundred bytes of memory.
    public static let elements = 50_000
    /// The most attributes of one element, which libxml2 compares with each other.
    public static let attributes = 256
    /// The most double hyphens in one comment; libxml2 looks at all of the comment for each.
    public static let hyphens = 1000
    /// The longest text in bytes, 4096, that is taken for a number or a word.
    public static let text = 4096
}
