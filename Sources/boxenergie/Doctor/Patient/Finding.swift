import MeterNotation

/// A finding about one thing: its condition, and what to do.
struct Finding: Sendable, Encodable {
    /// The grades; `ok` is for what needs nobody.
    enum Grade: String, Sendable, Encodable {
        case ok
        /// Somebody should look, or it could not be seen.
        case note
        /// Readings are lost, or may be soon, or the box is open to others.
        case wrong

        /// The grade in a word, in the language of the system.
        var word: Phrase {
            switch self {
            case .ok: "ok"
            case .note: "note"
            case .wrong: "wrong"
            }
        }
    }

    /// The headings, in the order in which they are shown.
    enum Group: String, Sendable, Encodable, CaseIterable {
        case configuration = "Configuration"
        case services = "Services"
        case readings = "Meters and readings"
        case database = "Database"
        case grafana = "Grafana"
        case clock = "Clock"
        case card = "SD card"
        case machine = "Machine"
        case backup = "Backup"

        /// The heading in the language of the system.
        var heading: Phrase {
            switch self {
            case .configuration: "Configuration"
            case .services: "Services"
            case .readings: "Meters and readings"
            case .database: "Database"
            case .grafana: "Grafana"
            case .clock: "Clock"
            case .card: "SD card"
            case .machine: "Machine"
            case .backup: "Backup"
            }
        }
    }

    /// The grade; only `wrong` changes the exit code.
    var grade: Grade
    /// The thing looked at.
    var subject: String
    /// Its condition, in a sentence without a period.
    var sentence: String
    /// The advice: a step or a command a line, empty when all is well.
    var advice: [String] = []

    /// A finding that all is well.
    static func ok(_ subject: Phrase, _ sentence: Phrase) -> Finding {
        Finding(grade: .ok, subject: said(subject), sentence: said(sentence))
    }

    /// A finding to note.
    static func note(_ subject: Phrase, _ sentence: Phrase, _ advice: Phrase...) -> Finding {
        Finding(grade: .note, subject: said(subject), sentence: said(sentence), advice: advice.map(said))
    }

    /// A finding that something is wrong.
    static func wrong(_ subject: Phrase, _ sentence: Phrase, _ advice: Phrase...) -> Finding {
        Finding(grade: .wrong, subject: said(subject), sentence: said(sentence), advice: advice.map(said))
    }
}
