import MeterCore

/// What the household should know of the box's identity and its register.
extension EnergyEvent {
    /// The state woke up in another machine, and nobody said why.
    static func copiedIdentity(_ identity: String, at time: Int64) -> EnergyEvent {
        EnergyEvent(
            .box,
            of: "identity",
            at: time,
            "Carte venue d'une autre machine",
            "Cette box s'appelle \(identity), comme une autre machine. Si la carte a été déplacée, lancez "
                + "« sudo boxenergie identity keep » ; si elle a été copiée, « sudo boxenergie identity renew »."
        )
    }

    /// Nobody can read the box's own identity, or keep one.
    static func lentIdentity(_ identity: String, at time: Int64) -> EnergyEvent {
        EnergyEvent(
            .box,
            of: "identity",
            at: time,
            "Identité de la box illisible",
            "Le fichier de son identité ne peut pas être lu ou écrit. En attendant la box s'appelle \(identity), d'après sa "
                + "machine. « sudo boxenergie doctor » dit pourquoi."
        )
    }

    /// The box has another name in `[tags]` than until now.
    static func renamed(from old: String, to new: String, at time: Int64) -> EnergyEvent {
        EnergyEvent(
            .box,
            of: "name",
            at: time,
            "Box renommée",
            "Cette box s'appelait « \(old) » et s'appelle maintenant « \(new) ». Ce qui est enregistré jusqu'ici reste sous "
                + "l'ancien nom : choisissez les deux dans Grafana pour voir toute la période."
        )
    }

    /// The register does not go on as it was left.
    static func registerBreak(_ reason: RegisterHead.Reason, at time: Int64) -> EnergyEvent {
        let cause =
            switch reason {
            case .restored: "l'état de la box a été rétabli depuis une sauvegarde"
            case .machine: "la box tourne sur une autre machine"
            case .renewed: "la box a reçu une nouvelle identité"
            case .damaged: "sa dernière ligne n'était plus celle qui avait été signée"
            case .key: "sa clé privée avait disparu"
            case .lost: "ses fichiers avaient disparu"
            case .clock: "l'horloge de la box avançait de plus d'une heure"
            }
        return EnergyEvent(
            .box,
            of: "register",
            at: time,
            "Rupture déclarée dans le registre",
            "Le registre vérifiable continue avec une nouvelle chaîne : \(cause)."
        )
    }
}
