public import MeterCore
import MeterIO

/// Looks for meters in one place, one way after the other.
///
/// It listens first. Where somebody speaks, meter or not, nothing is sent: a second one who asks on a line disturbs the
/// first. Once something was found, only what may be on the same wire is looked for.
public struct PlaceSearch: Sendable {
    /// The ways to look, those that only listen first.
    private let probes: [any MeterProbe]
    /// Keeps the line open from the first way to the last.
    private let bus: Bus?
    /// The time it takes when nothing answers: the sum of all ways.
    public let longest: Duration

    /// Prepares a search; nothing is listened to or asked yet.
    ///
    /// - Parameters:
    ///   - place: a line, or the neighbours in the network.
    ///   - kinds: the types of sources that may be found.
    ///   - types: those that are asked for, all kinds when empty; listening comes first in any case.
    ///   - scope: the limits of the search.
    /// - Throws: a sentence that says why the line cannot be opened.
    public init(
        of place: ProbePlace,
        for kinds: [any ProbeableSource.Type],
        only types: [String],
        _ scope: ProbeScope
    ) async throws {
        if case .line(let line) = place {
            bus = try await line.bus(SerialSettings(baud: 9600, dataBits: 7, parity: .even))
        } else {
            bus = nil
        }
        let all = kinds.flatMap { kind in
            kind.probes(of: place, scope).filter { probe in
                probe.wire.isPassive || types.isEmpty || types.contains(kind.type)
            }
        }
        probes = all.filter(\.wire.isPassive) + all.filter { !$0.wire.isPassive }
        longest = all.reduce(.zero) { $0 + $1.longest }
    }

    /// Looks one way after the other, and notes what is found.
    ///
    /// - Throws: `CancellationError`; all other trouble is noted.
    public func run(_ notes: ProbeNotes) async throws {
        defer { withExtendedLifetime(bus) {} }
        var wire: ProbeWire?
        for probe in probes {
            let size = longest > .zero ? probe.longest / longest : 0
            guard !notes.all.isTalking, wire == nil || wire == probe.wire else {
                notes.begin(nil, size: size)
                continue
            }
            notes.begin(probe.title, size: size)
            do {
                try await probe.look(notes)
            } catch is CancellationError {
                throw CancellationError()
            } catch let error as BusError where error.reason == .cancelled {
                throw CancellationError()
            } catch {
                notes.remark("\(error)")
                break
            }
            if wire == nil, !notes.all.findings.isEmpty { wire = probe.wire }
        }
        notes.end()
    }
}
