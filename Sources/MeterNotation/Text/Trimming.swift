extension StringProtocol {
    /// Without the white space around it, line ends included.
    public var trimmed: String {
        var rest = Substring(self).unicodeScalars
        while rest.first?.properties.isWhitespace == true { rest.removeFirst() }
        while rest.last?.properties.isWhitespace == true { rest.removeLast() }
        return String(Substring(rest))
    }
}
