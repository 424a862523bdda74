/// True when a name has only small ASCII letters, digits, `-` and `_`.
public func isSlug(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.allSatisfy(isSlugByte)
}

/// A name like the given one that is a slug, of some 40 letters at most: `Toit Été` becomes `toit-ete`.
public func slug(of name: String) -> String {
    var result = ""
    for character in name.lowercased() {
        if let plain = unaccented[character] {
            result += plain
        } else if character.utf8.allSatisfy(isSlugByte) {
            result.append(character)
        } else if result.last != "-" {
            result += "-"
        }
        if result.utf8.count >= 40 { break }
    }
    return result.isEmpty ? "name" : result
}

private func isSlugByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    case UInt8(ascii: "-"), UInt8(ascii: "_"): true
    default: false
    }
}

/// The letters of our users' languages; a full table is in Foundation only.
private let unaccented: [Character: String] = [
    "à": "a", "á": "a", "â": "a", "ã": "a", "ä": "a", "å": "a", "æ": "ae", "ç": "c", "è": "e", "é": "e", "ê": "e",
    "ë": "e", "ì": "i", "í": "i", "î": "i", "ï": "i", "ñ": "n", "ò": "o", "ó": "o", "ô": "o", "õ": "o", "ö": "o",
    "œ": "oe", "ß": "ss", "ù": "u", "ú": "u", "û": "u", "ü": "u", "ÿ": "y",
]
