/// Amounts of bytes as the configuration writes them: `200MB`, `64KiB`, `1GB`.
public enum ByteCountText {
    private static let units: [(name: String, bytes: Int64)] = [
        ("TiB", 1 << 40), ("TB", 1_000_000_000_000), ("GiB", 1 << 30), ("GB", 1_000_000_000), ("MiB", 1 << 20),
        ("MB", 1_000_000), ("KiB", 1 << 10), ("kB", 1000), ("B", 1),
    ]

    /// The units, for messages; kB, MB and GB are powers of 1000, KiB, MiB and GiB of 1024.
    public static let unitsInWords: Phrase = "B, kB, MB, GB, KiB, MiB and GiB"

    /// The bytes, or nothing when the text is not an amount, such as `200`, `1.5GB` or `-1B`.
    ///
    /// `KB` is read as `kB`; no other unit may change its letters' case.
    public static func parse(_ text: String) -> Int? {
        var rest = text[...]
        guard let (count, letters) = countAndUnit(&rest), rest.isEmpty else { return nil }
        let name = letters == "KB" ? "kB" : letters
        guard let unit = units.first(where: { $0.name == name }) else { return nil }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: unit.bytes)
        return overflow ? nil : Int(exactly: bytes)
    }

    /// The shortest text for an amount, which `parse` reads back exactly: `200MB`, `64KiB`, `1001B`.
    public static func format(_ bytes: Int) -> String {
        guard bytes != 0 else { return "0B" }
        let exact = units.filter { Int64(bytes) % $0.bytes == 0 }.map { "\(Int64(bytes) / $0.bytes)\($0.name)" }
        return exact.min { ($0.utf8.count, $0) < ($1.utf8.count, $1) } ?? "\(bytes)B"
    }
}
