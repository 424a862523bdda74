import Glibc

/// An instant in the zone that the system is set to.
///
/// - Parameters:
///   - pattern: as strftime(3) takes it, such as `%F %T`; at most 127 bytes come of it.
///   - seconds: since 1970.
/// - Returns: the text.
public func wallClock(_ pattern: String, at seconds: Int64) -> String {
    var instant = time_t(seconds)
    var parts = tm()
    localtime_r(&instant, &parts)
    var text = [CChar](repeating: 0, count: 128)
    let count = strftime(&text, text.count, pattern, &parts)
    return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
