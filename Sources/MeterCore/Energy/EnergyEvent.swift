import MeterNotation

/// Something that happened and that the household may want to know; its words are theirs, in French.
public struct EnergyEvent: Sendable, Hashable {
    /// The kind of event, the tag `kind`.
    public enum Kind: String, Sendable, CaseIterable {
        case tempo, ejp, outage, voltage, power, meter, tariff, letter, box
    }

    /// The kind, by which dashboards pick events.
    public var kind: Kind
    /// Seconds since 1970.
    ///
    /// An event that lasts is told again when it is over, under the time at which it began.
    public var time: Int64
    /// A few words in French: `Tension trop haute`.
    public var title: String
    /// A sentence in French, with figures and advice.
    public var text: String
    /// The meter or register that it is about, where things of one kind may happen to several at once; else empty.
    public var subject: String
    /// The log's sentence in English, where those who look after the box must do something; else `nil`.
    public var warning: String?

    public init(
        _ kind: Kind,
        of subject: String = "",
        at time: Int64,
        _ title: String,
        _ text: String,
        warning: String? = nil
    ) {
        self.kind = kind
        self.subject = subject
        self.time = time
        self.title = title
        self.text = text
        self.warning = warning
    }
}

extension EnergyEvent {
    /// The box's clock was ahead for a while, and is right now.
    static func clockWasAhead(_ seconds: Int64, at time: Int64) -> EnergyEvent {
        EnergyEvent(
            .box,
            of: "clock",
            at: time,
            "Horloge du boîtier corrigée",
            "Des mesures étaient datées \(frenchDuration(seconds)) trop tard ; les sommes continuent comme avant. "
                + "Lancez « boxenergie rollup » pour effacer ce qui est daté dans le futur."
        )
    }

    /// The box's clock went back to where the box had been at work: it is wrong now, or it was for long.
    static func clockWentBack(_ seconds: Int64, at time: Int64) -> EnergyEvent {
        EnergyEvent(
            .box,
            of: "clock",
            at: time,
            "Horloge du boîtier reculée",
            "Des mesures sont datées \(frenchDuration(seconds)) après maintenant. Vérifiez l'heure du boîtier ; "
                + "si elle est juste, lancez « boxenergie rollup » pour effacer ce qui est daté dans le futur."
        )
    }

    /// A meter came back so late that only the database knows where its energy belongs; the box computes it from there.
    static func tooLate(_ source: String, at time: Int64) -> EnergyEvent {
        EnergyEvent(
            .meter,
            of: "\(source) late",
            at: time,
            "Énergie à recalculer",
            "Des relevés de \(source) sont arrivés après la clôture de leurs sommes ; la box les recalcule d'elle-même. "
                + "S'il en manque encore demain, lancez « boxenergie rollup »."
        )
    }

    /// A register counts, and the tariff of these days has no price for it.
    static func withoutPrice(_ register: String, _ tariff: Tariff, at time: Int64) -> EnergyEvent {
        EnergyEvent(
            .tariff,
            of: register,
            at: time,
            "Registre \(register) sans prix",
            "Le registre \(register) compte de l'énergie, mais le tarif du \(tariff.from) n'a pas de prix pour lui : "
                + "elle manque dans les euros. Ajoutez ce prix, puis lancez « boxenergie rollup ».",
            warning:
                "the register \(register) counts energy, but the tariff from \(tariff.from) (\(tariff.option.rawValue)) "
                + "has no price for it: it is missing in the euros; add the price, then boxenergie rollup"
        )
    }
}
