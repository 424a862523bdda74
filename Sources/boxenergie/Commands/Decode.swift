import ArgumentParser
import Logging
import MeterCore
import MeterNotation
import MeterSources

/// `decode`: shows the content of a capture.
///
/// Each kind of meter brings its decoder along; this command knows none.
struct Decode: AsyncParsableCommand {
    /// Abstract, discussion and examples.
    static let configuration = CommandConfiguration(
        abstract: said("Decodes a capture of a meter's line."),
        discussion: prose(
            """
            Prints the points that would be written, or every frame with all its labels. What the line is like is counted
            on standard error. Points never have the numbers of the meter and of the delivery point; of those in frames
            the last four digits are shown.

            EXAMPLES:
              boxenergie decode teleinfo < capture.bin
              boxenergie decode teleinfo capture.bin --format json
              echo "68 1F 1F 68 08 02 72 …" | boxenergie decode mbus --format json
              boxenergie decode mbus capture.bin --role heat
              boxenergie decode aurora line.capture
              boxenergie decode modbus line.capture     each request and its answer
              boxenergie decode modbus line.capture --source compteur    its points
              boxenergie decode pulse trace.txt --source solaire

            With --source the settings of that source count. A trace of pulses has an edge a line, its time in seconds
            and 1 or 0 (closed or open): 1718000000.25 1
            """
        )
    )

    /// Kinds of meters whose captures can be decoded, as `type` names them.
    private static let kinds = SourceRegistry.builtIn.all.filter { $0.decoding != nil }.map { $0.type }

    /// Kind of the meter that was captured.
    @Argument(help: .said("The protocol: \(kinds.dropLast().joined(separator: ", ")) or \(kinds.last ?? "")."))
    var type: String

    /// Path of the capture, by default standard input.
    @Argument(help: .said("The capture; - is standard input."))
    var file = "-"

    /// Form of the output; each kind of meter has its own default.
    @Option(
        help: .said(
            "influx for line protocol, json for one object a frame; of aurora and modbus influx needs --source."
        )
    )
    var format: DecodingOrder.Format?

    /// TIC mode of the line, found out by default; for `teleinfo` only.
    @Option(help: .said("historique, standard or auto."))
    var mode = TeleinfoSettings.Mode.auto

    /// Role of an M-Bus meter; for `mbus` only.
    @Option(help: .said("What an M-Bus meter counts."))
    var role = MeterRole.consumption

    /// Name of a source whose settings are used; none by default.
    @Option(
        help: .said(
            "pulse, aurora, modbus: the name in [source.NAME] whose settings count; else 1000 pulses a kWh, or json."
        )
    )
    var source: String?

    /// True to print the numbers of the meter and of the delivery point in full, which are personal data.
    @Flag(help: .said("Show the numbers of meters in full; otherwise only their last four digits."))
    var showPrm = false

    /// The configuration, which is read only with `source`.
    @OptionGroup var options: ConfigOption

    /// Finds the decoder and shows the capture by it, or by the source itself where its kind wants that.
    ///
    /// - Throws: a `CommandError` with code 64 for an unknown kind or wrong options.
    func run() async throws {
        guard let decoding = SourceRegistry.builtIn[type]?.decoding else {
            throw CommandError(
                "no protocol is called \"\(type)\"; known: \(Self.kinds.joined(separator: ", "))",
                exitCode: 64
            )
        }
        var order = DecodingOrder(
            format: format,
            settings: ["mode": mode.rawValue, "role": role.rawValue],
            source: nil,
            tags: [("site", "maison")],
            logger: makeLogger(.error)
        )
        order.showsNumbers = showPrm
        if let source, decoding.sourceUse != .none {
            let configuration = try Configuration.load(options.config)
            let named = try configuration.source(source)
            if decoding.sourceUse == .points { return try await showPoints(of: named, source, configuration.tags) }
            order.source = (source, named)
            order.tags = configuration.tags
        }
        try show(order, decoding)
    }

    /// Prints each decoded thing to standard output, remarks and the counts of the line to standard error.
    private func show(_ order: DecodingOrder, _ decoding: Decoding) throws {
        var decoder: any CaptureDecoder
        do {
            decoder = try decoding.decoder(order)
        } catch {
            throw CommandError("\(error)", exitCode: 64)
        }
        let printer = PointPrinter(order.format == .json ? .json : .influx)
        let show: (Decoded) throws -> Void = { decoded in
            switch decoded {
            case .points(let points): for point in points { printer.append(point) }
            case .object(let object): print(try jsonLine(object))
            case .remark(let sentence): printError(sentence)
            }
        }
        var capture = try CaptureFile(file)
        while let input = try capture.next() { try decoder.take(input, show) }
        try decoder.finish(show)
        printError(decoder.summary)
        if let failure = decoder.failure { throw CommandError("\(failure)") }
    }

    /// Prints the points that a source makes of the capture, by playing it to that source.
    ///
    /// - Parameters:
    ///   - source: the source, not started.
    ///   - name: its name.
    ///   - tags: the tags of every point.
    /// - Throws: a `CommandError` when the capture is of another kind, or gives no point.
    private func showPoints(of source: any MeterSource, _ name: String, _ tags: [(String, String)]) async throws {
        guard Swift.type(of: source).type == type else {
            throw CommandError("the source \"\(name)\" has another type than \(type)", exitCode: 64)
        }
        guard format != .json else {
            throw CommandError("--source is for line protocol; leave it out for json", exitCode: 64)
        }
        let context = SourceContext(name: name, tags: tags, logger: makeLogger(.error))
        let counter = PointCounter(PointPrinter(.influx))
        try await source.replay(try CaptureRecording(file, of: source.declaration), into: counter, context: context)
        printError(said("\(context.status.snapshot.reads) readings, \(counter.count) points"))
        guard counter.count > 0 else { throw NothingReplayed.error(name) }
    }
}
