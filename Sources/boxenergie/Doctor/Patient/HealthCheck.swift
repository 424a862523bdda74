/// Looks at one thing.
protocol HealthCheck: Sendable {
    /// Where its findings are shown.
    var group: Finding.Group { get }
}

/// Looks at files; a card that does not answer may make it wait for ever.
protocol FileCheck: HealthCheck {
    func look(at patient: Patient) -> [Finding]
}

/// Asks servers and programs, and sets each of them a time.
protocol AskingCheck: HealthCheck {
    func ask(_ patient: Patient) async -> [Finding]
}
