/// What was found about one thing.
struct Finding: Sendable, Encodable {
    enum Grade: String, Sendable, Encodable {
        case ok
        /// Somebody should look, or it could not be seen.
        case note
        /// Readings are lost, or may be soon, or the box is open to others.
        case wrong
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
    }

    var grade: Grade
    /// What was looked at.
    var subject: String
    /// How it is.
    var sentence: String
    /// What to do: a step or a command a line.
    var advice: [String] = []

    static func ok(_ subject: String, _ sentence: String) -> Finding {
        Finding(grade: .ok, subject: subject, sentence: sentence)
    }

    static func note(_ subject: String, _ sentence: String, _ advice: String...) -> Finding {
        Finding(grade: .note, subject: subject, sentence: sentence, advice: advice)
    }

    static func wrong(_ subject: String, _ sentence: String, _ advice: String...) -> Finding {
        Finding(grade: .wrong, subject: subject, sentence: sentence, advice: advice)
    }
}
