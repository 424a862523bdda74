public import Logging

/// How `boxenergie decode` shows a capture of a kind of meter.
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

    public var sourceUse: SourceUse
    /// Makes the decoder of a capture.
    public var decoder: @Sendable (DecodingOrder) throws(DecodingRefusal) -> any CaptureDecoder

    public init(
        source: SourceUse = .none,
        _ decoder: @escaping @Sendable (DecodingOrder) throws(DecodingRefusal) -> any CaptureDecoder
    ) {
        sourceUse = source
        self.decoder = decoder
    }
}

/// What a person wants to see of a capture.
public struct DecodingOrder: Sendable {
    public enum Format: String, Sendable, CaseIterable { case influx, json }

    /// `nil` for what suits the kind of meter.
    public var format: Format?
    /// Settings of the command line, by the names that they have in a configuration: `mode`, `role`.
    public var settings: [String: String]
    /// The source of the configuration whose settings count, with its name.
    public var source: (name: String, source: any MeterSource)?
    /// The tags of every point.
    public var tags: [(String, String)]
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

    /// What goes with the points: the name is that of the source, or this one where none is named.
    public func context(named name: String) -> SourceContext {
        SourceContext(name: source?.name ?? name, tags: tags, logger: logger)
    }
}

/// Why a capture is not decoded in the way that was asked for, in a sentence.
public struct DecodingRefusal: Error, CustomStringConvertible {
    public var description: String

    public init(_ description: String) { self.description = description }
}

/// Decodes a capture, stretch by stretch.
public protocol CaptureDecoder {
    /// Takes the next stretch, and shows what it says.
    mutating func take(_ input: RecordedInput, _ show: (Decoded) throws -> Void) throws

    /// Ends the capture.
    mutating func finish(_ show: (Decoded) throws -> Void) throws

    /// What the line was like, counted, for a person.
    var summary: String { get }
    /// Why nothing was decoded, and what to do; `nil` when something was.
    var failure: String? { get }
}

/// What was found in a capture.
public enum Decoded {
    /// The points that the box would write.
    case points([Point])
    /// An object that is shown as JSON, its members sorted by their names.
    case object(any Encodable)
    /// A sentence for standard error.
    case remark(String)
}
