/// A kind of neighbour that shows what is now, and dates it itself: one file conforms to it, and one line of
/// `BuiltIn.swift` names it.
///
/// Of each quantity it is told the latest value and no other: a backlog that came later would be a false history there.
/// So there is no queue and no spool; all is told again when it comes back.
public protocol MirrorOutput: Plugin {
    /// The neighbour for a person, such as `MQTT broker at 127.0.0.1:1883`.
    var place: String { get }

    /// Tells the neighbour until the task is cancelled; comes back after each outage, and then ends within a second.
    ///
    /// - Throws: a sentence when it cannot even begin. It is tried again after a pause.
    func run(_ context: MirrorContext) async throws
}
