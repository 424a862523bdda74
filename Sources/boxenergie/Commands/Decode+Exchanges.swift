import FoundationEssentials
import Logging
import MeterCore
import MeterProtocols
import MeterSources

extension Decode {
    /// Decodes a line on which devices are asked: as points of a source, or each question with its answer.
    func decode<Listener: ExchangeListener>(_ listener: Listener) async throws where Listener.Exchange: ExchangeInJSON {
        if let source { return try await showPoints(of: source) }
        if format == .influx {
            throw CommandError(
                "what becomes of the answers is in the settings of a source: name it with --source, or take --format json",
                exitCode: 64
            )
        }
        var listener = listener
        var counts = (answered: 0, refused: 0, silent: 0)
        var time: Timestamp?
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var lines: [ExchangeJSON] = []
        func show() throws {
            for line in lines { print(String(decoding: try encoder.encode(line), as: UTF8.self)) }
            lines.removeAll()
        }
        func take(_ exchange: Listener.Exchange) {
            var line = exchange.json
            line.time = time?.seconds
            if line.silent == true {
                counts.silent += 1
            } else if line.refused != nil {
                counts.refused += 1
            } else {
                counts.answered += 1
            }
            lines.append(line)
        }
        var capture = try CaptureFile(file)
        while let chunk = try capture.next() {
            time = chunk.time ?? time
            listener.push(chunk.bytes, take)
            try show()
        }
        listener.finish(take)
        try show()
        printError(
            "\(counts.answered) answers, \(counts.refused) refusals, \(counts.silent) questions without an answer, "
                + "\(listener.strayBytes) bytes that are neither"
        )
        guard counts.answered + counts.refused > 0 else {
            throw CommandError("no question with its answer was found; is it a capture of such a line, both ways?")
        }
    }

    private func showPoints(of name: String) async throws {
        let configuration = try Configuration.load(options.config)
        let source = try configuration.source(name)
        guard Swift.type(of: source).type == type else {
            throw CommandError("the source \"\(name)\" has another type than \(type)", exitCode: 64)
        }
        guard format != .json else {
            throw CommandError("--source is for line protocol; leave it out for json", exitCode: 64)
        }
        let context = SourceContext(name: name, tags: configuration.tags, logger: makeLogger(.error))
        let counter = PointCounter(PointPrinter(.influx))
        try await source.replay(try CaptureRecording(file), into: counter, context: context)
        printError("\(context.status.snapshot.reads) readings, \(counter.count) points")
        guard counter.count > 0 else { throw NothingReplayed.error(name) }
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

extension AuroraListener.Exchange: ExchangeInJSON {
    var json: ExchangeJSON {
        var json = ExchangeJSON(address, "\(question)")
        switch answer {
        case nil: json.silent = true
        case .state(let state)?:
            json.text = "\(state.global)"
            if state.alarm != .none { json.text = "\(state.global), alarm: \(state.alarm)" }
        case .value(let value)?: json.value = Double("\(value)")
        case .number(let number)?: json.value = Double(number)
        case .text(let text)?: json.text = text
        case .alarms(let alarms)?: json.text = alarms.map { "\($0)" }.joined(separator: ", ")
        case .refused(let refusal)?: json.refused = "\(refusal)"
        }
        return json
    }
}

extension ModbusListener.Exchange: ExchangeInJSON {
    var json: ExchangeJSON {
        var question = "\(request)"
        if case .read(let span) = request { question = "\(span.table): \(request)" }
        var json = ExchangeJSON(unit, question)
        switch answer {
        case nil: json.silent = true
        case .success(.identification(let identification))?: json.text = identification.summary
        case .success(let answer)?: json.words = answer.words
        case .failure(let error)?: json.refused = "\(error)"
        }
        return json
    }
}
