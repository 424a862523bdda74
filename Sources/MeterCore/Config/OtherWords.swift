/// Words that people write in the place of a setting's name, which are not like it in letters.
enum OtherWords {
    /// The settings that a word may mean, the likeliest first.
    private static let meanings = [
        "url": ["host"], "ip": ["host", "url"], "hostname": ["host", "url"], "server": ["host", "url"],
        "address": ["host", "url"], "host": ["url", "broker"], "uri": ["url", "host"], "tty": ["device"],
        "serial": ["device"],
        "gpio": ["line"], "pin": ["line"], "program": ["command"], "exec": ["command"], "script": ["command"],
        "slave": ["unit"], "id": ["unit"], "interval": ["every"], "period": ["every"], "user": ["username"],
        "baud": ["speed"], "baudrate": ["speed", "baud"],
    ]

    /// The setting that a word means.
    ///
    /// - Parameters:
    ///   - word: a key that is none here.
    ///   - known: the settings there are.
    /// - Returns: one of them; `nil` when nobody knows.
    static func meant(by word: String, among known: [String]) -> String? {
        meanings[word.lowercased()]?.first(where: known.contains)
    }
}
