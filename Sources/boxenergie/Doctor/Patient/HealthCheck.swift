/// A check of one thing.
protocol HealthCheck: Sendable {
    /// Heading under which its findings are shown.
    var group: Finding.Group { get }
}

/// A check that looks at files; a card that does not answer may make it wait for ever.
protocol FileCheck: HealthCheck {
    /// Looks, and gives the findings; none when there is nothing to look at.
    func look(at patient: Patient) -> [Finding]
}

/// A check that asks servers and programs, and sets each of them a time.
protocol AskingCheck: HealthCheck {
    /// Asks, and gives the findings; none when there is nothing to ask.
    func ask(_ patient: Patient) async -> [Finding]
}
