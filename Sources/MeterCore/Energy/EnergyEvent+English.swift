extension EnergyEvent {
    /// The event in English: the facts are read back from its French words, which alone are stored.
    ///
    /// Words that no sentence here has, such as a letter's, stay as they are.
    public var inEnglish: EnergyEvent {
        var event = self
        event.title = EventSentence.english(title)
        event.text = EventSentence.english(text)
        return event
    }
}

/// A sentence of events in both languages: `…` stands for a name, `#` for a number or a time.
private struct EventSentence: Sendable {
    let french: String
    let english: String

    init(_ french: String, _ english: String) {
        self.french = french
        self.english = english
    }

    /// The English words for French ones; the same for words that are not known.
    static func english(_ text: String) -> String {
        for sentence in all { if let english = sentence.english(for: text) { return english } }
        return text
    }

    /// The English of a text that is this sentence; `nil` for any other.
    private func english(for text: String) -> String? {
        var rest = text[...]
        var told = ""
        var template = english[...]
        var open: Character?
        // The pieces of the French sentence, each behind what fills the place before it.
        for piece in pieces(of: french) {
            if let mark = open {
                let end = piece.words.isEmpty ? rest.endIndex : rest.firstRange(of: piece.words)?.lowerBound
                guard let end, end > rest.startIndex else { return nil }
                let words = rest[..<end]
                guard mark == "…" || Self.isFigure(words) else { return nil }
                told += template.prefix { !Self.marks.contains($0) }
                told += mark == "…" ? String(words) : Self.figure(words)
                template = template.drop { !Self.marks.contains($0) }.dropFirst()
                rest = rest[end...]
            }
            guard rest.hasPrefix(piece.words) else { return nil }
            rest = rest.dropFirst(piece.words.count)
            open = piece.mark
        }
        return rest.isEmpty ? told + template : nil
    }

    private static let marks: Set<Character> = ["…", "#"]

    /// The words of a sentence between its places, and the mark of the place behind them.
    private func pieces(of sentence: String) -> [(words: Substring, mark: Character?)] {
        var rest = sentence[...]
        var pieces: [(words: Substring, mark: Character?)] = []
        while let place = rest.firstIndex(where: { Self.marks.contains($0) }) {
            pieces.append((rest[..<place], rest[place]))
            rest = rest[place...].dropFirst()
        }
        return pieces + [(rest, nil)]
    }

    /// True for a number or a time, and for nothing longer.
    private static func isFigure(_ words: Substring) -> Bool {
        words.first.map { $0.isNumber || $0 == "-" } == true && !words.contains { ":;".contains($0) }
    }

    /// A number or a time: `2,5` becomes `2.5`, `3 jours` becomes `3 days`.
    private static func figure(_ words: Substring) -> String {
        String(words).replacing(",", with: ".").replacing("jours", with: "days")
    }

    private static let all = supplier + excess + meters + box

    private static let supplier =
        Notices.Colour.allCases.flatMap { colour in
            [
                EventSentence("Aujourd'hui : jour \(colour.french)", "Today: a \(colour.rawValue) day"),
                EventSentence("Demain : jour \(colour.french)", "Tomorrow: a \(colour.rawValue) day"),
            ]
        } + [
            EventSentence("Les prix sont les plus bas.", "Prices are at their lowest."),
            EventSentence("Les prix sont moyens.", "Prices are in between."),
            EventSentence(
                "Les heures pleines sont très chères : évitez chauffage électrique, lessive et recharge de 6 h à 22 h.",
                "Peak hours are very expensive: avoid electric heating, laundry and charging from 06:00 to 22:00."
            ),
            EventSentence("Préavis de pointe mobile", "Notice of a mobile peak"),
            EventSentence(
                "Une période de pointe mobile (EJP) est annoncée.",
                "A period of mobile peak (EJP) is announced."
            ),
            EventSentence("Pointe mobile en cours", "A mobile peak is running"),
            EventSentence(
                "L'électricité est au prix de la pointe mobile.",
                "Electricity has the price of the mobile peak."
            ),
            EventSentence("Pointe mobile", "Mobile peak"),
            EventSentence(
                "La pointe mobile a duré # ; elle est terminée.",
                "The mobile peak lasted # and is over."
            ),
        ]

    private static let excess =
        (1...3).flatMap { phases in
            let french = (0..<phases).map { _ in "phase # : jusqu'à # A" }.joined(separator: ", ")
            let english = (0..<phases).map { _ in "phase #: up to # A" }.joined(separator: ", ")
            return [
                EventSentence("\(french) ; en cours.", "\(english); still so."),
                EventSentence("\(french) ; pendant #.", "\(english); for #."),
            ]
        } + [
            EventSentence("Courant souscrit dépassé", "Subscribed current exceeded"),
            EventSentence("Puissance souscrite dépassée", "Subscribed power exceeded"),
            EventSentence(
                "Jusqu'à # kVA pour # kVA souscrits pendant #.",
                "Up to # kVA where # kVA are subscribed, for #."
            ),
            EventSentence("Jusqu'à # kVA pour # kVA souscrits.", "Up to # kVA where # kVA are subscribed."),
            EventSentence("Tension trop haute", "Voltage too high"),
            EventSentence("Tension trop basse", "Voltage too low"),
            EventSentence("phase # : # V, limite # V ; en cours.", "phase #: # V, limit # V; still so."),
            EventSentence(
                "phase # : # V, limite # V ; hors limites pendant # en tout.",
                "phase #: # V, limit # V; beyond it for # in all."
            ),
        ]

    private static let meters = [
        EventSentence("Plus de mesure de …", "No more readings of …"),
        EventSentence(
            "… ne répond plus ; vérifiez son câble et son alimentation.",
            "… no longer answers; check its cable and its power supply."
        ),
        EventSentence(
            "… est resté muet pendant # ; il répond de nouveau.",
            "… was silent for #; it answers again."
        ),
        EventSentence("Compteur remplacé", "Meter replaced"),
        EventSentence(
            "… a un autre numéro de série ; l'index passe de # à #.",
            "… has another serial number; its register goes from # to #."
        ),
        EventSentence("Index remis à zéro", "Register reset"),
        EventSentence("Saut d'index", "Register jumped"),
        EventSentence(
            "… : l'index passe de # à #, plus qu'un branchement ne peut fournir ; cet écart n'est pas compté.",
            "…: its register goes from # to #, more than a connection can deliver; the difference is not counted."
        ),
        EventSentence("Index aligné sur le compteur", "Register aligned with the meter"),
        EventSentence("… : l'index passe de # à # kWh.", "…: its register goes from # to # kWh."),
        EventSentence("… : l'index passe de # à # m³.", "…: its register goes from # to # m³."),
        EventSentence("… : l'index passe de # à #.", "…: its register goes from # to #."),
        EventSentence("Index revenu à zéro", "Register back at zero"),
        EventSentence(
            "… : le compteur a fait le tour après # ; rien n'est perdu.",
            "…: the meter went past its last number, #; nothing is lost."
        ),
        EventSentence("Production non mesurée", "Production that is not measured"),
        EventSentence(
            "La maison semble consommer # W : quelque chose produit, ou une batterie se décharge, sans être mesuré, ou bien "
                + "une puissance a le mauvais signe. Ajoutez cet appareil, ou vérifiez ceux qui sont lus.",
            "The house seems to use # W: something produces, or a battery discharges, and is not measured, or a power has "
                + "the wrong sign. Add that device, or check those that are read."
        ),
        EventSentence("Batterie lue à l'envers", "Battery read the wrong way round"),
        EventSentence(
            "La charge de … monte depuis une demi-heure, alors que sa puissance dit le contraire. Inversez le signe de sa "
                + "puissance dans la configuration.",
            "The charge of … has risen for half an hour, while its power says the opposite. Invert the sign of its power in "
                + "the configuration."
        ),
        EventSentence(
            "La charge de … baisse depuis une demi-heure, alors que sa puissance dit le contraire. Inversez le signe de sa "
                + "puissance dans la configuration.",
            "The charge of … has fallen for half an hour, while its power says the opposite. Invert the sign of its power in "
                + "the configuration."
        ),
        EventSentence("Énergie à recalculer", "Energy to be computed again"),
        EventSentence(
            "Des relevés de … sont arrivés après la clôture de leurs sommes ; la box les recalcule d'elle-même. S'il en "
                + "manque encore demain, lancez « boxenergie rollup ».",
            "Readings of … came after their sums were closed; the box computes these again by itself. If some are still "
                + "missing tomorrow, run boxenergie rollup."
        ),
    ]

    private static let box =
        [
            EventSentence("Registre … sans prix", "Register … without a price"),
            EventSentence(
                "Le registre … compte de l'énergie, mais le tarif du … n'a pas de prix pour lui : elle manque dans les euros. "
                    + "Ajoutez ce prix, puis lancez « boxenergie rollup ».",
                "The register … counts energy, and the tariff from … has no price for it: it is missing in the euros. Add that "
                    + "price, then run boxenergie rollup."
            ),
            EventSentence("Boîtier redémarré", "Box started again"),
            EventSentence(
                "Aucune mesure pendant # avant ce démarrage ; l'énergie de cette période est répartie dans le temps.",
                "No readings for # before this start; the energy of that time is spread over it."
            ),
            EventSentence("Horloge du boîtier corrigée", "Clock of the box corrected"),
            EventSentence(
                "Des mesures étaient datées # trop tard ; les sommes continuent comme avant. Lancez « boxenergie rollup » pour "
                    + "effacer ce qui est daté dans le futur.",
                "Readings were dated # too late; the sums go on as before. Run boxenergie rollup to delete what is dated in the "
                    + "future."
            ),
            EventSentence("Horloge du boîtier reculée", "Clock of the box set back"),
            EventSentence(
                "Des mesures sont datées # après maintenant. Vérifiez l'heure du boîtier ; si elle est juste, lancez "
                    + "« boxenergie rollup » pour effacer ce qui est daté dans le futur.",
                "Readings are dated # after now. Check the time of the box; if it is right, run boxenergie rollup to delete what "
                    + "is dated in the future."
            ),
            EventSentence("Carte venue d'une autre machine", "Card from another machine"),
            EventSentence(
                "Cette box s'appelle …, comme une autre machine. Si la carte a été déplacée, lancez « sudo boxenergie identity "
                    + "keep » ; si elle a été copiée, « sudo boxenergie identity renew ».",
                "This box is called …, as another machine is. If the card was moved, run sudo boxenergie identity keep; if it "
                    + "was copied, sudo boxenergie identity renew."
            ),
            EventSentence("Identité de la box illisible", "Identity of the box cannot be read"),
            EventSentence(
                "Le fichier de son identité ne peut pas être lu ou écrit. En attendant la box s'appelle …, d'après sa machine. "
                    + "« sudo boxenergie doctor » dit pourquoi.",
                "The file of its identity cannot be read or written. Meanwhile the box is called …, after its machine. "
                    + "sudo boxenergie doctor says why."
            ),
            EventSentence("Rupture déclarée dans le registre", "Break declared in the register"),
            EventSentence("Box rattachée au centre", "Box joined the centre"),
        ]
        + breaks.map { french, english in
            EventSentence(
                "Le registre vérifiable continue avec une nouvelle chaîne : \(french).",
                "The register that others can check goes on with a new chain: \(english)."
            )
        }

    private static let breaks = [
        ("l'état de la box a été rétabli depuis une sauvegarde", "the state of the box was restored from a backup"),
        ("la box tourne sur une autre machine", "the box runs on another machine"),
        ("la box a reçu une nouvelle identité", "the box got a new identity"),
        ("sa dernière ligne n'était plus celle qui avait été signée", "its last line was not the one that was signed"),
        ("sa clé privée avait disparu", "its private key was gone"),
        ("ses fichiers avaient disparu", "its files were gone"),
        ("l'horloge de la box avançait de plus d'une heure", "the clock of the box was ahead by more than an hour"),
    ]
}
