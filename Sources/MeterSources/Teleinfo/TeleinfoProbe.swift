public import MeterCore
import MeterIO
import MeterProtocols

extension TeleinfoSource: ProbeableSource {
    public static func probes(of place: ProbePlace, _ scope: ProbeScope) -> [any MeterProbe] {
        guard case .line(.serial(let path)) = place else { return [] }
        return [TeleinfoProbe(path: path)]
    }
}

/// Listens for a meter's TIC output, first at the speed of mode standard, then at that of mode historique.
struct TeleinfoProbe: MeterProbe {
    /// A line that says nothing for so long has no TIC: its frames follow each other without a pause.
    private static let silence = Duration.seconds(3)
    /// Noise of an open line is less than this; somebody who speaks says more.
    private static let mostNoise = 32

    let path: String

    let title = "TIC at 9600 and 1200 Bd (listened only)"
    let wire = ProbeWire.tic
    let longest = Self.silence * 2

    private static func format(_ mode: TICMode) -> SerialSettings {
        SerialSettings(baud: mode.baud, dataBits: 7, parity: .even)
    }

    func look(_ notes: ProbeNotes) async throws {
        let bus = try BusPlace.serial(path).bus(Self.format(.standard))
        var most = 0
        for (place, mode) in [TICMode.standard, .historique].enumerated() {
            var ear = TICEar(mode)
            let start = EventLoop.main.now
            while !ear.hasWholeFrame {
                // Two frames of the longest kind take as long, so that one of them was heard from its beginning.
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
            "something speaks on \(path) without being asked (\(most) bytes), and it is no TIC: another program's "
                + "device, a line with another box that asks, or a damaged TIC. Nothing was sent to it"
        )
    }
}

/// What was heard at one speed, and whether a meter said it.
private struct TICEar {
    private let mode: TICMode
    private(set) var bytes: [UInt8] = []
    private(set) var hasWholeFrame = false
    /// Who speaks, once two groups of a frame were understood.
    private(set) var title: String?

    init(_ mode: TICMode) { self.mode = mode }

    mutating func hear(_ more: [UInt8]) {
        guard !more.isEmpty else { return }
        bytes += more
        // Where nobody has checked the parity it is bit 7. A line of some seconds is decoded anew in no time.
        var decoder = TICDecoder(mode: mode, parityInBit7: bytes.contains { $0 >= 0x80 })
        var best: TICFrame?
        decoder.push(bytes) { frame in
            guard frame.groupCount >= 2, best.map({ !$0.isComplete }) ?? true else { return }
            best = copy frame
        }
        guard let best else { return }
        hasWholeFrame = best.isComplete
        let meter = best.address.map { ($0.isLinky ? "Linky" : "electricity meter") + " \($0)" } ?? "electricity meter"
        title = "\(meter), TIC in mode \(mode), \(mode.baud) Bd"
    }
}
