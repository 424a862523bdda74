/// A text with a space for each of its control characters and line ends.
///
/// Words of devices and servers stand in it: they must not begin a line of their own, nor steer a terminal.
public func onOneLine(_ text: String) -> String {
    let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: " "
        default: scalar
        }
    }
    return String(String.UnicodeScalarView(scalars))
}
