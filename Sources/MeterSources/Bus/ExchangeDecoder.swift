import MeterCore
import MeterNotation
import MeterProtocols

extension Decoding {
    /// Decodes a line on which devices are asked into each question with its answer.
    ///
    /// Points are decoded by a source's `replay`, since its settings say what the answers mean; line protocol is
    /// refused here.
    static func exchanges<Listener: ExchangeListener>(
        _ listener: @escaping @Sendable () -> Listener
    ) -> Decoding where Listener.Exchange: ExchangeInJSON {
        Decoding(source: .points) { order throws(DecodingRefusal) in
            guard order.format != .influx else {
                throw DecodingRefusal(
                    "what becomes of the answers is in the settings of a source: "
                        + "name it with --source, or take --format json"
                )
            }
            return ExchangeDecoder(listener())
        }
    }
}

/// Shows each question on a line with its answer.
struct ExchangeDecoder<Listener: ExchangeListener>: CaptureDecoder where Listener.Exchange: ExchangeInJSON {
    /// Pairs questions and answers.
    private var listener: Listener
    /// The exchanges so far, by their end.
    private var counts = (answered: 0, refused: 0, silent: 0)
    /// The time of the last stretch of bytes; `nil` in a recording without times.
    private var time: Timestamp?

    /// Begins with an empty line.
    init(_ listener: Listener) { self.listener = listener }

    /// Takes the next stretch and shows the exchanges that it completes.
    mutating func take(_ input: RecordedInput, _ show: (Decoded) throws -> Void) throws {
        time = input.time ?? time
        var exchanges: [Listener.Exchange] = []
        listener.push(input.bytes) { exchanges.append($0) }
        try note(exchanges, show)
    }

    /// Shows the exchange that waits for more bytes.
    mutating func finish(_ show: (Decoded) throws -> Void) throws {
        var exchanges: [Listener.Exchange] = []
        listener.finish { exchanges.append($0) }
        try note(exchanges, show)
    }

    /// The counts, for the end of the output.
    var summary: String {
        said(
            "\(counts.answered) answers, \(counts.refused) refusals, \(counts.silent) questions without an answer, "
                + "\(listener.strayBytes) bytes that are neither"
        )
    }

    /// A sentence when no answer at all was found; a capture of one direction only has none.
    var failure: String? {
        counts.answered + counts.refused > 0
            ? nil : said("no question with its answer was found; is it a capture of such a line, both ways?")
    }

    private mutating func note(_ exchanges: [Listener.Exchange], _ show: (Decoded) throws -> Void) throws {
        for exchange in exchanges {
            var object = exchange.json
            object.time = time?.seconds
            if object.silent == true {
                counts.silent += 1
            } else if object.refused != nil {
                counts.refused += 1
            } else {
                counts.answered += 1
            }
            try show(.object(object))
        }
    }
}

/// An exchange that has a form in JSON.
protocol ExchangeInJSON {
    /// The exchange as an object, without its time.
    var json: ExchangeJSON { get }
}

/// A question and its answer as an object of the output; `nil` values are left out.
struct ExchangeJSON: Encodable {
    /// The time in seconds since 1970; absent in a recording without times.
    var time: Int64?
    /// The inverter's address or the Modbus unit.
    var address: Int
    /// The question in words.
    var question: String
    /// True when nobody answered.
    var silent: Bool?
    /// The reason for which the device refused.
    var refused: String?
    /// The answer as a number.
    var value: Double?
    /// The answer as text.
    var text: String?
    /// The answer as Modbus registers.
    var words: [UInt16]?

    /// Makes an object that has no answer yet.
    init(_ address: UInt8, _ question: String) {
        self.address = Int(address)
        self.question = question
    }
}
