public import MeterCore
import MeterIO
import MeterNotation
import MeterProtocols

extension TeleinfoSource: ProbeableSource {
    /// One way, and only for a serial line.
    public static func probes(of place: ProbePlace, _ scope: ProbeScope) -> [any MeterProbe] {
        guard case .line(.serial(let path)) = place else { return [] }
        return [TeleinfoProbe(path: path)]
    }
}

/// Listens for a meter's TIC output, first at the speed of mode standard, then at that of mode historique.
struct TeleinfoProbe: MeterProbe {
    /// The silence, 3 s, after which a line has no TIC: its frames follow each other without a pause.
    private static let silence = Duration.seconds(3)
    /// Largest number of bytes that may be noise of an open line.
    private static let mostNoise = 32

    /// The path of the serial device.
    let path: String

    /// The title for the person who waits.
    let title = said("TIC at 9600 and 1200 Bd (listened only)")
    /// A line on which nothing is sent.
    let wire = ProbeWire.tic
    /// The time it takes when nothing is heard, 6 s.
    let longest = Self.silence * 2

    /// The format of a mode: 7E1 at 1200 or 9600 Bd.
    private static func format(_ mode: TICMode) -> SerialSettings {
        SerialSettings(baud: mode.baud, dataBits: 7, parity: .even)
    }

    /// Listens, and notes the meter, or that something else speaks.
    ///
    /// On a line on which something else speaks no other way may send anything.
    func look(_ notes: ProbeNotes) async throws {
        let bus = try await BusPlace.serial(path).bus(Self.format(.standard))
        var most = 0
        for (place, mode) in [TICMode.standard, .historique].enumerated() {
            var ear = TICEar(mode)
            let start = EventLoop.main.now
            while !ear.hasWholeFrame {
                // Two of the longest frames take as long, so that one of them was heard from its beginning.
                let patience = ear.bytes.isEmpty ? Self.silence : .seconds(mode == .standard ? 6 : 9)
                let elapsed = start.duration(to: EventLoop.main.now)
                guard elapsed < patience else { break }
                notes.advance((Double(place) + min(elapsed / patience, 1)) / 2)
                ear.hear(try await bus.listen(Self.format(mode), for: .milliseconds(250)))
            }
            if let title = ear.title {
                return notes.found(
                    ProbeFinding(title, key: TeleinfoSource.type, name: "linky", [.text("device", path)])
                )
            }
            most = max(most, ear.bytes.count)
        }
        guard most > Self.mostNoise else { return }
        notes.isTalking(
            said(
                "something speaks on \(path) without being asked (\(most) bytes), and it is no TIC: another program's "
                    + "device, a line with another box that asks, or a damaged TIC. Nothing was sent to it"
            )
        )
    }
}

/// The bytes heard at one speed, and the meter that they are from.
private struct TICEar {
    /// The mode that is listened for.
    private let mode: TICMode
    /// All bytes so far.
    private(set) var bytes: [UInt8] = []
    /// True once a frame was heard from its beginning to its end.
    private(set) var hasWholeFrame = false
    /// The meter in words, once two groups of a frame were understood.
    private(set) var title: Phrase?

    /// Begins with nothing heard.
    init(_ mode: TICMode) { self.mode = mode }

    /// Takes more bytes, and decodes all of them again.
    mutating func hear(_ more: [UInt8]) {
        guard !more.isEmpty else { return }
        bytes += more
        // Parity that nobody has checked is bit 7. A line of some seconds is decoded anew in no time.
        var decoder = TICDecoder(mode: mode, parityInBit7: bytes.contains { $0 >= 0x80 })
        var best: TICFrame?
        decoder.push(bytes) { frame in
            guard frame.groupCount >= 2, best.map({ !$0.isComplete }) ?? true else { return }
            best = copy frame
        }
        guard let best else { return }
        hasWholeFrame = best.isComplete
        let kind = best.address?.isLinky == true ? "Linky" : said("electricity meter")
        let meter = best.address.map { "\(kind) \($0)" } ?? kind
        title = "\(meter), TIC in mode \(mode), \(mode.baud) Bd" as Phrase
    }
}
