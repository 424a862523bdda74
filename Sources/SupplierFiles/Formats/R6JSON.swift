import MeterDocuments
import MeterNotation

/// The files of Enedis' forms as JSON: the rows of the same files as CSV, in lists inside of each other.
///
/// `mesures` has a member for each delivery point; of R63 it has `grandeur` and their `points`, of R64 `contexte`,
/// `grandeur`, `calendrier` and `classeTemporelle` and their `valeur`, and `cadranTotalisateur`. A point has `d` (the end
/// of its step, or the time of the register), `v`, `p` (the step, of a curve only), `iv`.
extension SupplierReader {
    /// Two years of half hours, drawn and injected, are 600 000 values.
    private static let mostValues = 1_000_000

    /// The file of JSON; `nil` for a text that is none.
    func r6xJSON(_ bytes: [UInt8]) throws(SupplierFileError) -> SupplierFile? {
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes[3...]) : bytes
        guard text.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) == UInt8(ascii: "{") else { return nil }
        var rows = R6Rows()
        do throws(DocumentError) {
            let document = try JSONValue.read(text, atMost: Self.mostValues, shortening: R6Rows.point)
            rows.add(document)
        } catch {
            if case .tooMuch = error { throw .tooLarge }
            throw .damaged("JSON")
        }
        for isCurve in [true, false] {
            if let table = rows.table(isCurve: isCurve) { return try r6x(table) }
        }
        throw .unknown
    }
}

/// The points of a document as rows of the CSV.
private struct R6Rows {
    /// The members of JSON that stand around the points, and the columns of the CSV for them.
    private static let outer = [
        "idPrm", "grandeurPhysique", "grandeurMetier", "etapeMetier", "unite", "typeReleve", "libelleGrille",
        "libelleClasseTemporelle", "codeCadran",
    ]
    private static let outerColumns = [
        "identifiant prm", "grandeur physique", "grandeur metier", "etape metier", "unite", "type de releve", "grille",
        "libelle classe temporelle", "cadran",
    ]
    /// The members of a point and their columns; only a curve has steps, and is known by their column.
    private static let inner = ["d", "v", "iv", "p"]
    private static let innerColumns = ["horodate", "valeur", "indice de vraisemblance", "pas"]

    private var curve: [Substring] = []
    private var registers: [Substring] = []

    /// A point as the text of its cells; any other object as it is.
    static func point(_ object: JSONValue) -> JSONValue {
        guard case .object(let members) = object else { return object }
        var cells = [String?](repeating: nil, count: inner.count)
        for (name, value) in members {
            if let place = inner.firstIndex(of: name) { cells[place] = cell(value) }
        }
        guard let time = cells[0], let value = cells[1] else { return object }
        let row = "\(time);\(value);\(cells[2] ?? "")"
        return .string(cells[3].map { "\(row);\($0)" } ?? row)
    }

    /// A text; empty with a separator of cells or rows, which no word of these files has.
    private static func cell(_ value: JSONValue) -> String? {
        value.scalar.map { text in text.utf8.contains { $0 < 0x20 || $0 == 0x22 || $0 == 0x3B } ? "" : text }
    }

    /// Adds the points in a value, whose meaning stands around it.
    ///
    /// - Parameters:
    ///   - value: a list or an object; anything else has none.
    ///   - outer: the cells of the members around it.
    mutating func add(_ value: JSONValue, within outer: [String] = Self.outer.map { _ in "" }) {
        switch value {
        case .array(let elements):
            let cells = outer.joined(separator: ";")
            for element in elements {
                guard case .string(let point) = element else {
                    add(element, within: outer)
                    continue
                }
                let row = "\(cells);\(point)"[...]
                if point.utf8.count(where: { $0 == 0x3B }) == Self.inner.count - 1 {
                    curve.append(row)
                } else {
                    registers.append(row)
                }
            }
        case .object(let members):
            var cells = outer
            for (name, value) in members {
                if let place = Self.outer.firstIndex(of: name), let text = Self.cell(value) { cells[place] = text }
            }
            for (_, value) in members where value.scalar == nil { add(value, within: cells) }
        default: break
        }
    }

    /// The rows of curves or of registers as a table; `nil` where there are none.
    func table(isCurve: Bool) -> SupplierTable? {
        let rows = isCurve ? curve : registers
        guard !rows.isEmpty else { return nil }
        var head = Self.outerColumns + Self.innerColumns
        if !isCurve { head.removeLast() }
        return SupplierTable(lines: rows[...], before: [], separator: ";", head: head)
    }
}
