/// A protocol's judgement of the bytes that came after a request.
public enum AnswerState: Sendable, Equatable {
    /// The bytes are the beginning of an answer: more must come.
    case incomplete
    /// The answer is the first so many bytes.
    case complete(Int)
    /// The first so many bytes belong to something else, another device's late answer or noise: they are dropped, and
    /// the rest is looked at.
    case skip(Int)
    /// The bytes cannot become the answer, for the reason given in words, such as a checksum or another's address.
    case wrong(String)
}
