/// The decoder at work on a corpus, for `boxenergie bench tic`.
public enum TICBenchmark {
    /// The contents of a corpus.
    public struct Result: Sendable, Hashable {
        /// Frames handed out.
        public var frames = 0
        /// Groups accepted.
        public var groups = 0
        /// The sum of all numbers of `.integer` labels.
        public var sum: Int64 = 0

        /// An empty corpus.
        public init() {}
    }

    /// Decodes the corpus in pieces of 64 bytes, as a serial port gives them, and returns the counts of the last round.
    public static func decode(_ corpus: Span<UInt8>, mode: TICMode, rounds: Int = 1) -> Result {
        var result = Result()
        for _ in 0..<rounds {
            result = Result()
            var decoder = TICDecoder(mode: mode)
            var offset = 0
            while offset < corpus.count {
                let end = min(offset + 64, corpus.count)
                decoder.push(corpus.extracting(offset..<end)) { result.sum &+= $0.sumOfIntegers }
                offset = end
            }
            decoder.finish { result.sum &+= $0.sumOfIntegers }
            result.frames = decoder.quality.frames
            result.groups = decoder.quality.groups
        }
        return result
    }
}
