/// A text cut to a number of bytes, 500 by default, with an ellipsis for the rest.
///
/// The words of a device or server stand in it, which may be of any length.
public func shortened(_ text: String, to limit: Int = 500) -> String {
    guard text.utf8.count > limit else { return text }
    var end = text.utf8.index(text.startIndex, offsetBy: limit)
    // Not within a character's bytes.
    while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
    return text[..<end] + "…"
}
