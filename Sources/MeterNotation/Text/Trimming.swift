extension StringProtocol {
    /// The text without the white space around it, line ends and Unicode's other blanks included.
    public var trimmed: String {
        var rest = Substring(self).unicodeScalars
        while rest.first?.properties.isWhitespace == true { rest.removeFirst() }
        while rest.last?.properties.isWhitespace == true { rest.removeLast() }
        return String(Substring(rest))
    }
}
