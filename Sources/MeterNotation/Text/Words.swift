// Lengths of time, amounts and numbers as people say them.

/// A number of seconds in the language of the system: `90 s`, `5 min`, `3 h`, `4 days`.
///
/// The fraction of a unit is cut off, and a unit begins at two of it: 119 s, then 2 min.
public func inWords(seconds: Int64) -> String { said(duration(seconds)) }

/// A number of seconds in English words: `90 s`, `5 min`, `3 h`, `4 days`.
public func englishDuration(_ seconds: Int64) -> String { duration(seconds).english }

private func duration(_ seconds: Int64) -> Phrase {
    switch seconds {
    case ..<120: "\(seconds) s"
    case ..<7200: "\(seconds / 60) min"
    case ..<172_800: "\(seconds / 3600) h"
    default: "\(seconds / 86_400) days"
    }
}

/// An amount of bytes in the language of the system: `12 kB`, `3 MB`, `1.5 GB`.
///
/// Kilobytes are rounded up, so that one byte is not nothing.
public func inWords(bytes: Int64) -> String {
    switch bytes {
    case ..<1_000_000: said("\((bytes + 999) / 1000) kB")
    case ..<1_000_000_000: said("\(bytes / 1_000_000) MB")
    default: said("\(inWords((Double(bytes) / 1e8).rounded() / 10)) GB")
    }
}

/// A number in the language of the system: `1.5`, in French `1,5`.
public func inWords(_ number: Double) -> String { "\(number)".replacing(".", with: decimalMark) }

/// A number with all its decimals in the language of the system: `1.50`, in French `1,50`.
///
/// - Parameters:
///   - value: from -1e15 to 1e15; others are written as the nearest of these.
///   - decimals: 0 to 3.
/// - Returns: the text; a dash for what is no number.
public func inWords(_ value: Double, decimals: Int) -> String {
    plainNumber(value, decimals: decimals).replacing(".", with: decimalMark)
}

/// What stands before decimals: how the language of the system writes one and a half.
private var decimalMark: String { said("1.5 (a number)").dropFirst().first.map { String($0) } ?? "." }

/// A number of seconds in French words: `12 s`, `3 min`, `1 h 05 min`, `4 jours`.
///
/// From 48 hours on it counts days, of 24 hours each.
public func frenchDuration(_ seconds: Int64) -> String {
    switch seconds {
    case ..<60: "\(seconds) s"
    case ..<3600: "\(seconds / 60) min"
    case ..<172_800: "\(seconds / 3600) h \((seconds / 60 % 60).digits(2)) min"
    default: "\(seconds / 86_400) jours"
    }
}

/// A number with all its decimals and a point before them, for tables and programs: `1234.50`.
public func plainNumber(_ value: Double, decimals: Int) -> String {
    frenchNumber(value, decimals: decimals).replacing(",", with: ".")
}

/// A number as it is written in French: `1234,50`.
///
/// - Parameters:
///   - value: from -1e15 to 1e15; others are written as the nearest of these.
///   - decimals: 0 to 3.
///   - keepsZeros: zeros at the end of the decimals stay.
/// - Returns: the text; a dash for what is no number.
public func frenchNumber(_ value: Double, decimals: Int = 0, keepsZeros: Bool = true) -> String {
    if value.isNaN { return "—" }
    let factor = (0..<decimals).reduce(Int64(1)) { factor, _ in factor * 10 }
    let scaled = Int64((min(abs(value), 1e15) * Double(factor)).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    var fraction = (scaled % factor).digits(decimals)
    if !keepsZeros { while fraction.last == "0" { fraction.removeLast() } }
    guard decimals > 0, !fraction.isEmpty else { return "\(sign)\(scaled / factor)" }
    return "\(sign)\(scaled / factor),\(fraction)"
}
