import Logging
import MeterCore
import MeterProtocols
import MeterSources

extension Decode {
    /// Decodes a recorded line of a pulse meter: an edge a line, its time in seconds and 1 or 0.
    func decodePulses() throws {
        var settings = PulseSettings()
        var name = PulseSource.type
        var tags = [("site", "maison")]
        if let source {
            let configuration = try Configuration.load(options.config)
            guard let pulses = try configuration.source(source) as? PulseSource else {
                throw CommandError("the source \"\(source)\" is not a pulse meter", exitCode: 64)
            }
            (settings, name, tags) = (pulses.settings, source, configuration.tags)
        }
        let context = SourceContext(name: name, tags: tags, logger: makeLogger(.error))
        let format = format ?? .influx
        var player = PulsePlayer(settings, context: context) { time, points in
            switch format {
            case .influx:
                var encoder = LineProtocolEncoder(precision: .seconds)
                for point in points { encoder.append(point) }
                print(encoder.withBytes { String(decoding: $0, as: UTF8.self) }, terminator: "")
            case .json:
                guard let point = points.first else { return }
                let values = zip(point.series.fieldNames, point.values).compactMap { name, value -> String? in
                    switch value {
                    case .integer(let number): "\"\(name)\":\(number)"
                    case .float(let number): "\"\(name)\":\(number)"
                    default: nil
                    }
                }
                print("{\"time\":\(time.seconds),\(values.joined(separator: ","))}")
            }
        }
        let file = try OpenFile.input(file)
        while true {
            let bytes = try file.read(64 << 10)
            if bytes.isEmpty { break }
            player.play(bytes)
        }
        player.finish()
        printError(
            "\(player.edges) edges, \(player.register.count) pulses, \(player.register.rejected) rejected edges, "
                + "\(player.malformed) lines that are none"
        )
        guard player.edges > 0 else {
            throw CommandError("no edge was found; is it a trace: a time and 1 or 0 a line?")
        }
    }
}
