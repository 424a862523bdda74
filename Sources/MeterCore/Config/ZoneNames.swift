/// The names of time zones of places, as the package tzdata lists them.
struct ZoneNames {
    /// Such as `Europe/Paris`; empty where the list cannot be read.
    private let all: [String]

    /// Reads the list of a folder: `zone.tab` has a place a line, its zone in the third column.
    init(in folder: String) {
        let bytes = (try? SmallFile.read(folder + "zone.tab", atMost: 1 << 20, onlyPlain: true)) ?? []
        all = String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
            let columns = line.split(separator: "\t")
            return line.first != "#" && columns.count > 2 ? String(columns[2]) : nil
        }
    }

    /// The zone that was probably meant by another word: that of a town, or one that is misspelt.
    func nearest(to word: String) -> String? {
        let plain = Self.plain(word)
        if let same = all.first(where: { Self.plain($0) == plain || Self.plain(Self.town($0)) == plain }) {
            return same
        }
        if let near = nearestWord(to: plain, among: all.map(Self.plain)) { return all.first { Self.plain($0) == near } }
        return nearestWord(to: plain, among: all.map { Self.plain(Self.town($0)) })
            .flatMap { near in all.first { Self.plain(Self.town($0)) == near } }
    }

    /// The last part of a zone's name: `Paris`.
    private static func town(_ zone: String) -> String { zone.split(separator: "/").last.map(String.init) ?? zone }

    /// A name without capital letters and accents, its parts joined as slugs are.
    private static func plain(_ name: String) -> String {
        name.split(separator: "/").map { slug(of: String($0)).replacing("_", with: "-") }.joined(separator: "/")
    }
}
