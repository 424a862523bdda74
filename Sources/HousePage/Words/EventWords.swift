import MeterCore
import MeterNotation

extension EnergyEvent {
    /// The event in the language of whoever reads it; as it is stored, in French, where its words are no release's.
    ///
    /// A letter of a month has a page of its own in each language, so that its event only says where.
    func told(in words: LocalWords) -> EnergyEvent {
        guard words.language == .english else { return self }
        guard kind == .letter else { return inEnglish }
        var event = self
        event.title = words.letter(of: words.calendar.date(time).firstOfMonth(plus: -1))
        event.text = "It is under Energy, in English."
        return event
    }
}
