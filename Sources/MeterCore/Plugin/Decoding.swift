public import Logging

/// The manner in which `boxenergie decode` shows a capture of a kind of meter.
public struct Decoding: Sendable {
    /// The use of `--source NAME`.
    public enum SourceUse: Sendable {
        /// None: all that counts is on the command line.
        case none
        /// The decoder takes the settings of the source.
        case settings
        /// The source plays the capture, and its points are shown in place of what the line says.
        case points
    }

    /// The use that is made of the configuration's source, if one is named.
    public var sourceUse: SourceUse
    /// Makes the decoder of a capture; refuses an order that this kind of meter cannot follow.
    public var decoder: @Sendable (DecodingOrder) throws(DecodingRefusal) -> any CaptureDecoder

    public init(
        source: SourceUse = .none,
        _ decoder: @escaping @Sendable (DecodingOrder) throws(DecodingRefusal) -> any CaptureDecoder
    ) {
        sourceUse = source
        self.decoder = decoder
    }
}

/// The order of a person: which capture is shown, and how.
public struct DecodingOrder: Sendable {
    /// The form of the points: lines of InfluxDB's line protocol, or one JSON object a line.
    public enum Format: String, Sendable, CaseIterable { case influx, json }

    /// `nil` for what suits the kind of meter.
    public var format: Format?
    /// Settings of the command line, by the names that they have in a configuration: `mode`, `role`.
    public var settings: [String: String]
    /// The source of the configuration whose settings count, with its name.
    public var source: (name: String, source: any MeterSource)?
    /// The tags of every point, `site` among them.
    public var tags: [(String, String)]
    /// True to show the numbers of the meter and of the delivery point in full, which are personal data.
    public var showsNumbers = false
    /// The log for what is noticed on the way.
    public var logger: Logger

    public init(
        format: Format?,
        settings: [String: String],
        source: (name: String, source: any MeterSource)?,
        tags: [(String, String)],
        logger: Logger
    ) {
        self.format = format
        self.settings = settings
        self.source = source
        self.tags = tags
        self.logger = logger
    }

    /// The context of the points: its name is that of the source, or this one where none is named.
    public func context(named name: String) -> SourceContext {
        SourceContext(name: source?.name ?? name, tags: tags, logger: logger)
    }
}

/// The reason for which a capture is not decoded in the way that was asked for, in a sentence.
public struct DecodingRefusal: Error, CustomStringConvertible {
    /// The sentence, for a person.
    public var description: String

    public init(_ description: String) { self.description = description }
}

/// Decodes a capture, stretch by stretch; a stretch may end in the middle of a frame.
public protocol CaptureDecoder {
    /// Takes the next stretch, and shows what it says.
    ///
    /// - Parameters:
    ///   - input: the bytes, and the time at which they came where that was noted.
    ///   - show: called with each thing that was found, in order.
    /// - Throws: the error of `show`.
    mutating func take(_ input: RecordedInput, _ show: (Decoded) throws -> Void) throws

    /// Ends the capture: shows what was only waiting for more bytes.
    mutating func finish(_ show: (Decoded) throws -> Void) throws

    /// The quality of the line in counts, for a person.
    var summary: String { get }
    /// The reason for which nothing was decoded, and what to do; `nil` when something was.
    var failure: String? { get }
}

/// One thing that was found in a capture.
public enum Decoded {
    /// The points that the box would write.
    case points([Point])
    /// An object that is shown as JSON, its members sorted by their names.
    case object(any Encodable)
    /// A sentence for standard error.
    case remark(String)
}
