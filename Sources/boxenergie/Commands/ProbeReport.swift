import MeterCore
import MeterNotation
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
    /// True to print the meters' numbers in full.
    private let showsNumbers: Bool

    /// Begins without a place.
    init(showsNumbers: Bool) { self.showsNumbers = showsNumbers }

    /// A finding without the full number of the household's meter, unless it was asked for.
    private func shown(_ finding: ProbeFinding) -> ProbeFinding {
        guard !showsNumbers else { return finding }
        var finding = finding
        finding.title = withoutMeterNumbers(finding.title)
        return finding
    }

    /// Notes a port that is not searched.
    ///
    /// - Parameters:
    ///   - place: the path of the port.
    ///   - reason: the end of a sentence: `it is off limits`.
    func leaveAlone(_ place: String, _ reason: String) {
        state.withLock { $0.leftAlone.append(said("\(place) is left alone: \(reason)")) }
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
            guard let self else { return }
            let title = shown(finding).title
            state.withLock { $0.bar.say(said("found on \(place): \(title)")) }
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
        printError(said("looking on \(names), for at most about \(time); Ctrl-C stops and shows what was found"))
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
        state.withLock { $0.bar.show(share, said("\(count) found")) }
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
                if count == 0 { print("# \(said("Found by boxenergie probe."))\n") }
                print(shown(finding).block(named: Self.free(finding.name, &names)))
                count += 1
            }
            for remark in notes.remarks { printError(remark) }
            if !notes.tried.isEmpty {
                let found = Self.found(notes.findings.count, isWhole: isWhole)
                printError(said("\(place): \(found). Tried: \(notes.tried.joined(separator: "; "))"))
            }
        }
        if !isWhole { printError(said("stopped before the end")) }
        guard count > 0 else {
            throw CommandError(
                isWhole ? "no meter was found. \(Self.advice(places.map(\.0)))" : "no meter was found so far"
            )
        }
        printError(
            count == 1
                ? said("1 meter found; put the block into \(config), then: boxenergie check \(config)")
                : said("\(count) meters found; put the blocks into \(config), then: boxenergie check \(config)")
        )
    }

    /// A number of meters found, in words.
    private static func found(_ count: Int, isWhole: Bool) -> Phrase {
        switch (count, isWhole) {
        case (0, true): "no meter was found"
        case (0, false): "no meter was found so far"
        case (1, true): "1 meter found"
        case (1, false): "1 meter found so far"
        case (_, true): "\(count) meters found"
        case (_, false): "\(count) meters found so far"
        }
    }

    /// Advice for a search that found nothing, for wires only where a port was searched.
    private static func advice(_ places: [String]) -> String {
        var lines: [Phrase] = []
        if places.contains(where: { $0.hasPrefix("/") }) {
            lines +=
                [
                    "a Linky: are I1 and I2 on the adapter? Is it the right port?",
                    "RS485: is the device switched on? Exchange A and B; look on its display for its number, speed and parity. "
                        + "Other numbers: --only modbus --units 1-247; everything: --thorough",
                    "a solar inverter sleeps at night: look again by day",
                    "M-Bus: the meters need a level converter; is it powered?",
                ] as [Phrase]
        }
        if places.contains(where: { !$0.hasPrefix("/") }) {
            lines +=
                [
                    "in the network: is Modbus TCP switched on in the device's own settings? Other numbers: --units 0-255"
                ] as [Phrase]
        }
        return said("What to do next:") + lines.map { "\n  - \($0)" }.joined()
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
