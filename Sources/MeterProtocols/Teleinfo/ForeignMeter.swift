import MeterNotation

/// A meter that is no Linky and none of the blue meters before it, by the labels of its customer output.
///
/// Meters of firms (more than 36 kVA) send groups with the same checksum and other labels, as Enedis-NOI-CPT_02E lists
/// them; this program does not read them.
public struct ForeignMeter: Sendable, Hashable {
    /// The kind of meter, as Enedis calls it.
    public let kind: String
    /// The labels that it was known by.
    public let labels: [String]

    /// Groups of one unknown label, the commonest, that are no noise: one damaged group in 64 passes the checksum.
    private static let fewest = 3
    /// The labels that only one kind has.
    private static let signs: [(kind: String, labels: [String])] = [
        (
            "PME-PMI",
            [
                "ADS", "MESURES1", "MESURES2", "PTCOUR1", "PTCOUR2", "TARIFDYN", "ETATDYN1", "PREAVIS1", "EA_s",
                "EAPP_s",
                "EAP_s", "EaP-1_s", "DebP", "EAP-1_s", "ID_COMPTEUR",
            ]
        ), ("compteur jaune (CJE)", ["JAUNE", "ENERG", "PERCEN", "PERCEP", "PSOUSC", "PSOUSH", "FCOU"]),
        ("compteur vert (ICE)", ["CONTRAT", "DATECOUR", "DATEPA1", "DATEPP", "PTCOUR", "KDC", "KDCD", "PREAVIS"]),
    ]

    /// Judges what a line said; `nil` where it sends what a Linky or a blue meter does, or nothing.
    ///
    /// - Parameters:
    ///   - quality: the counts of now.
    ///   - before: the counts at the beginning.
    public init?(_ quality: TICQuality, since before: TICQuality = TICQuality()) {
        let labels = quality.unknownLabels.keys.sorted().filter { name in
            (quality.unknownLabels[name] ?? 0) - (before.unknownLabels[name] ?? 0) >= Self.fewest
        }
        guard labels.count >= 2, quality.unknownLabel - before.unknownLabel > quality.groups - before.groups else {
            return nil
        }
        var (kind, most) = ("unknown kind", 0)
        for sign in Self.signs {
            let count = labels.count { sign.labels.contains($0) }
            if count > most { (kind, most) = (sign.kind, count) }
        }
        self.kind = kind
        self.labels = labels
    }

    /// A sentence for the person who looks for the reason.
    public var sentence: String {
        said(
            "a meter that is not a Linky speaks (\(kind)); its labels are not read: "
                + "\(labels.prefix(6).joined(separator: ", "))"
        )
    }
}
