import InfluxOutput
import MeterCore

/// The audit of a register in a database, where chains that a backup or a copied card set side by side all are.
struct DatabaseAudit {
    /// The audits, one a chain, in the order in which they begin.
    private(set) var audits: [RegisterAudit] = []

    /// Reads all records.
    ///
    /// - Parameters:
    ///   - history: the database.
    ///   - key: the key that must be the first one; `nil` takes the one that the beginning names.
    ///   - wanted: the digest of a record that is looked for.
    ///   - checksAll: check each signature.
    /// - Throws: as `RegisterHistory.read`, `SigningError` where libcrypto is missing.
    init(_ history: RegisterHistory, key: CheckingKey?, wanted: Digest?, checksAll: Bool) async throws {
        var places: [String: Int] = [:]
        var audits: [RegisterAudit] = []
        // The digests that breaks go on from.
        var known: Set<Digest> = [.none]
        try await history.read { chain, line in
            let place: Int
            if let found = places[chain] {
                place = found
            } else {
                place = audits.count
                places[chain] = place
                let vouching = audits.flatMap { $0.chains.map(\.head.key) }
                audits.append(RegisterAudit(key: key, wanted: wanted, checksAll: checksAll, vouching: vouching))
            }
            try audits[place].read(line)
            if let head = audits[place].head { known.insert(head) }
        }
        for place in audits.indices {
            audits[place].endFile()
            audits[place].checkContinuation(known)
        }
        self.audits = audits
    }
}
