import ArgumentParser
import FoundationEssentials
import Logging
import MeterCore
import MeterProtocols
import MeterSources

/// `decode`: what a capture says.
struct Decode: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Decodes a capture of a meter's line.",
        discussion: """
            Prints the points that would be written, or every frame with all its labels. What the line is like is counted
            on standard error.

            EXAMPLES:
              boxenergie decode teleinfo < capture.bin
              boxenergie decode teleinfo capture.bin --format json
              boxenergie decode pulse trace.txt --source solaire     how its settings see a recorded line

            A trace of pulses has an edge a line, its time in seconds and 1 or 0 (closed or open): 1718000000.25 1
              echo "68 1F 1F 68 08 02 72 …" | boxenergie decode mbus --format json
              boxenergie decode mbus capture.bin --role heat
              boxenergie decode modbus line.capture                   each request and its answer
              boxenergie decode aurora line.capture
              boxenergie decode modbus line.capture --source compteur its points, as its settings make them
            """
    )

    enum Format: String, ExpressibleByArgument, CaseIterable { case influx, json }

    @Argument(help: "The protocol: teleinfo, pulse, mbus, aurora or modbus.")
    var type: String

    @Argument(help: "The capture; - is standard input.")
    var file = "-"

    @Option(help: "influx for line protocol, json for one object a frame; of aurora and modbus influx needs --source.")
    var format: Format?

    @Option(help: "historique, standard or auto.")
    var mode = TeleinfoSettings.Mode.auto

    @Option(help: "What an M-Bus meter counts: \(MeterRole.allCases.map(\.rawValue).joined(separator: ", ")).")
    var role = MeterRole.consumption

    @Option(
        help: "pulse, aurora, modbus: the name in [source.NAME] whose settings count; else 1000 pulses a kWh, or json."
    )
    var source: String?

    @OptionGroup var options: ConfigOption

    func run() async throws {
        if type == AuroraSource.type { return try await decode(AuroraListener()) }
        if type == ModbusSource.type { return try await decode(ModbusListener()) }
        if type == PulseSource.type { return try decodePulses() }
        if type == MBusSource.type {
            let context = SourceContext(name: type, tags: [("site", "maison")], logger: makeLogger(.error))
            var decoding = MBusDecoding(format: format ?? .influx, role: role, context: context)
            return try decoding.run(file)
        }
        guard type == TeleinfoSource.type else {
            throw CommandError(
                "no protocol is called \"\(type)\"; known: teleinfo, pulse, mbus, aurora, modbus",
                exitCode: 64
            )
        }
        let context = SourceContext(name: "linky", tags: [("site", "maison")], logger: makeLogger(.error))
        var player = TeleinfoPlayer(TeleinfoSettings(mode: mode), context: context)
        let show: (TICFrame, Timestamp, [Point]) throws -> Void = { frame, time, points in
            switch format ?? .influx {
            case .json: print(try json(frame, time))
            case .influx:
                var encoder = LineProtocolEncoder(precision: .seconds)
                for point in points { encoder.append(point) }
                print(encoder.withBytes { String(decoding: $0, as: UTF8.self) }, terminator: "")
            }
        }
        var capture = try CaptureFile(file)
        while let input = try capture.next() { try player.play(input, show) }
        try player.finish(show)
        let quality = player.quality
        printError(
            "\(quality.frames) frames (\(quality.shortFrames) short), \(quality.groups) good groups, "
                + "\(quality.badChecksum) bad checksums, \(quality.badValue) bad values, "
                + "\(quality.unknownLabel) unknown labels, \(quality.interruptions) interruptions, "
                + "\(quality.overlong) overlong, \(quality.badParity) bad parity, \(quality.duplicates) duplicates"
        )
        guard quality.frames > 0 else { throw CommandError("no frame was found; is it a capture of the TIC output?") }
    }

    /// A frame under Enedis's labels; horodates stand beside as `LABEL.horodate`.
    private func json(_ frame: TICFrame, _ time: Timestamp) throws -> String {
        var values: [String: InJSON] = ["time": .integer(time.seconds), "mode": .string("\(frame.mode)")]
        for label in frame.labels {
            if label.kind == .integer, let value = frame.integer(label) {
                values[label.name] = .integer(value)
            } else if let text = frame.trimmed(label), label.kind != .horodate {
                values[label.name] = .string(text)
            }
            if let horodate = frame.horodate(label) { values[label.name + ".horodate"] = .string("\(horodate)") }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(values), as: UTF8.self)
    }
}

private enum InJSON: Encodable {
    case integer(Int64), string(String)

    func encode(to encoder: any Encoder) throws {
        var cell = encoder.singleValueContainer()
        switch self {
        case .integer(let value): try cell.encode(value)
        case .string(let value): try cell.encode(value)
        }
    }
}
