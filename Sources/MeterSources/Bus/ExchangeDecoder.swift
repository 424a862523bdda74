import MeterCore
import MeterProtocols

extension Decoding {
    /// How a line is decoded on which devices are asked: each question with its answer, or the points of a source.
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
    private var listener: Listener
    private var counts = (answered: 0, refused: 0, silent: 0)
    /// When the last stretch came.
    private var time: Timestamp?

    init(_ listener: Listener) { self.listener = listener }

    mutating func take(_ input: RecordedInput, _ show: (Decoded) throws -> Void) throws {
        time = input.time ?? time
        var exchanges: [Listener.Exchange] = []
        listener.push(input.bytes) { exchanges.append($0) }
        try note(exchanges, show)
    }

    mutating func finish(_ show: (Decoded) throws -> Void) throws {
        var exchanges: [Listener.Exchange] = []
        listener.finish { exchanges.append($0) }
        try note(exchanges, show)
    }

    var summary: String {
        "\(counts.answered) answers, \(counts.refused) refusals, \(counts.silent) questions without an answer, "
            + "\(listener.strayBytes) bytes that are neither"
    }

    var failure: String? {
        counts.answered + counts.refused > 0
            ? nil : "no question with its answer was found; is it a capture of such a line, both ways?"
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

/// An exchange that can be shown as an object.
protocol ExchangeInJSON {
    var json: ExchangeJSON { get }
}

/// A question and its answer as an object; only what there is, is there.
struct ExchangeJSON: Encodable {
    var time: Int64?
    /// The inverter's address or the device's unit.
    var address: Int
    var question: String
    var silent: Bool?
    var refused: String?
    var value: Double?
    var text: String?
    var words: [UInt16]?

    init(_ address: UInt8, _ question: String) {
        self.address = Int(address)
        self.question = question
    }
}
