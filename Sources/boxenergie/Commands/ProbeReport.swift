import MeterCore
import Synchronization

/// Report of a search for a person: its progress, and in the end what was found and what was not.
///
/// Standard output gets a piece of configuration and nothing else.
final class ProbeReport: Sendable {
    /// A place that is searched.
    private struct Place {
        /// Path of the port, or address in the network.
        var name: String
        /// Longest time that its search may take, its weight in the progress.
        var longest: Duration
        /// Notes of its search.
        var notes: ProbeNotes
    }

    /// Everything that changes, behind one lock, since places are searched at the same time.
    private struct State {
        /// Sentences on ports that are not searched.
        var leftAlone: [String] = []
        /// Places in the order in which they were added.
        var places: [Place] = []
        /// The bar on standard error.
        var bar = ProgressBar("probe")
    }

    /// The state; never held while something is printed to standard output.
    private let state = Mutex(State())

    /// Notes a port that is not searched.
    ///
    /// - Parameters:
    ///   - place: the path of the port.
    ///   - reason: the end of a sentence: `it is off limits`.
    func leaveAlone(_ place: String, _ reason: String) {
        state.withLock { $0.leftAlone.append("\(place) is left alone: \(reason)") }
    }

    /// Takes a place that will be searched.
    ///
    /// - Parameters:
    ///   - place: the name of the place.
    ///   - longest: the longest time that its search may take.
    ///
    /// - Returns: the notes for what is found there.
    func add(_ place: String, _ longest: Duration) -> ProbeNotes {
        let notes = ProbeNotes { [weak self] in
            self?.showProgress()
        } onFinding: { [weak self] finding in
            self?.state.withLock { $0.bar.say("found on \(place): \(finding.title)") }
        }
        state.withLock { $0.places.append(Place(name: place, longest: longest, notes: notes)) }
        return notes
    }

    /// Tells the places and the longest time before the search begins.
    func begin() {
        sayLeftAlone()
        let places = state.withLock { $0.places }
        let longest = places.map(\.longest).max() ?? .zero
        let seconds = longest.components.seconds
        let time = seconds < 90 ? "\(seconds + 1) s" : "\(seconds / 60 + 1) min"
        let names = places.map(\.name).joined(separator: ", ")
        printError("looking on \(names), for at most about \(time); Ctrl-C stops and shows what was found")
    }

    /// Tells the ports that are not searched.
    func sayLeftAlone() {
        for sentence in state.withLock({ $0.leftAlone }) { printError(sentence) }
    }

    /// Moves the bar: the mean of all places, each weighted by its longest time.
    private func showProgress() {
        let places = state.withLock { $0.places }
        let all = places.map { ($0.notes.all, $0.longest / .seconds(1)) }
        let total = all.reduce(0) { $0 + $1.1 }
        guard total > 0 else { return }
        let share = all.reduce(0) { $0 + $1.0.share * $1.1 } / total
        let count = all.reduce(0) { $0 + $1.0.findings.count }
        state.withLock { $0.bar.show(share, "\(count) found") }
    }

    /// Prints what was found and what was tried, and advice where nothing was found.
    ///
    /// - Parameters:
    ///   - isWhole: false when the search was stopped before its end.
    ///   - names: names that no block may have.
    ///   - config: the path of the configuration that the blocks are for.
    /// - Throws: a `CommandError` when there is nothing.
    func finish(isWhole: Bool, names: Set<String>, config: String) throws {
        let places = state.withLock { state in
            state.bar.finish()
            return state.places.map { ($0.name, $0.notes.all) }
        }
        var names = names
        var count = 0
        for (place, notes) in places {
            for finding in notes.findings {
                if count == 0 { print("# Found by boxenergie probe.\n") }
                print(finding.block(named: Self.free(finding.name, &names)))
                count += 1
            }
            for remark in notes.remarks { printError(remark) }
            if !notes.tried.isEmpty {
                let found = notes.findings.isEmpty ? "no meter was" : Self.meters(notes.findings.count)
                printError(
                    "\(place): \(found) found\(isWhole ? "" : " so far"). Tried: "
                        + notes.tried.joined(separator: "; ")
                )
            }
        }
        if !isWhole { printError("stopped before the end") }
        guard count > 0 else {
            throw CommandError(
                isWhole ? "no meter was found. \(Self.advice(places.map(\.0)))" : "no meter was found so far"
            )
        }
        printError(
            "\(Self.meters(count)) found; put the block\(count == 1 ? "" : "s") into \(config), "
                + "then: boxenergie check \(config)"
        )
    }

    /// A number of meters, in words.
    private static func meters(_ count: Int) -> String { "\(count) meter\(count == 1 ? "" : "s")" }

    /// Advice for a search that found nothing, for wires only where a port was searched.
    private static func advice(_ places: [String]) -> String {
        var advice = "What to do next:"
        if places.contains(where: { $0.hasPrefix("/") }) {
            advice += """

                  - a Linky: are I1 and I2 on the adapter? Is it the right port?
                  - RS485: is the device switched on? Exchange A and B; look on its display for its number, speed and parity.
                    Other numbers: --only modbus --units 1-247; everything: --thorough
                  - a solar inverter sleeps at night: look again by day
                  - M-Bus: the meters need a level converter; is it powered?
                """
        }
        if places.contains(where: { !$0.hasPrefix("/") }) {
            advice += """

                  - in the network: is Modbus TCP switched on in the device's own settings? Other numbers: --units 0-255
                """
        }
        return advice
    }

    /// A name that no source has yet: the name itself, or with a number from 2 on; it is taken then.
    private static func free(_ name: String, _ names: inout Set<String>) -> String {
        var free = name
        var number = 2
        while names.contains(free) {
            free = "\(name)\(number)"
            number += 1
        }
        names.insert(free)
        return free
    }
}
