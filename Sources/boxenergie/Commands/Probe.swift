import ArgumentParser
import Glibc
import MeterCore
import MeterIO
import MeterNotation
import MeterSources

/// `probe`: looks for meters.
struct Probe: AsyncParsableCommand {
    /// Abstract, discussion, examples and exit codes.
    static let configuration = CommandConfiguration(
        abstract: said("Looks for meters and prints their blocks of the configuration."),
        discussion: prose(
            """
            It listens on each serial port for a TIC output before it sends anything. Where nobody speaks it asks for
            M-Bus meters, Aurora inverters and Modbus devices. It only reads: nothing is ever written to a device. A port
            that another program uses, the running box included, is left alone. Standard output is a piece of
            configuration; everything else goes to standard error.

            EXAMPLES:
              boxenergie probe                           all likely serial ports
              boxenergie probe /dev/ttyUSB0 /dev/ttyAMA0 these ports
              boxenergie probe --not /dev/ttyACM0        all but the Zigbee stick
              boxenergie probe --network                 Eco-Devices, Envoys, Shellys, SMA
              boxenergie probe --tcp 192.168.1.20        a Modbus device or gateway
              boxenergie probe --web 192.168.1.61        an Envoy, an OpenDTU, a Shelly ...
              boxenergie probe --tcp 192.168.1.21:10001  a gateway to M-Bus or inverters
              boxenergie probe /dev/ttyUSB0 --only modbus --units 1-247
              boxenergie probe >> boxenergie.toml        add what is found

            EXIT CODES: 0 meters were found, 1 none was found, 64 wrong arguments, 69 no port could be looked at.
            """
        )
    )

    /// Paths of serial ports; the likely ones by default, unless the network is named.
    @Argument(help: .said("Serial ports; all likely ones when none is named."))
    var ports: [String] = []

    /// Paths of ports that are not opened, such as that of a Zigbee stick; links are followed.
    @Option(
        name: [.customLong("not"), .customLong("skip")],
        help: .said("A port that is off limits: it is not even opened.")
    )
    var offLimits: [String] = []

    /// Machines in the network, by default at port 502.
    @Option(help: .said("A machine that speaks Modbus TCP: HOST[:PORT]. Not at port 502 also M-Bus and Aurora."))
    var tcp: [String] = []

    /// Machines with a web server, such as an inverter's gateway or a Shelly.
    @Option(help: .said("A machine with a web server, such as an Envoy, an OpenDTU or a Shelly: its name or address."))
    var web: [String] = []

    /// True to ask the local network as well; a broadcast and one question by multicast are sent for it.
    @Flag(
        help: .said(
            "What answers in the local network unnamed: Eco-Devices, SMA's meters, web servers of known devices, and "
                + "1-Wire at this box's owserver."
        )
    )
    var network = false

    /// Kinds of meters to ask for; all by default.
    @Option(help: .said("Ask for one kind of meter only: \(ProbeableKinds.names). It listens first in any case."))
    var only: [String] = []

    /// Modbus units to ask, 0 to 255; the likely ones by default.
    @Option(help: .said("The Modbus units to ask, such as 1-247 or 1,5,10-20; 1-10 by default."))
    var units: String?

    /// Time for the beginning of an answer, in seconds: 0.05 to 10.
    @Option(help: .said("How many seconds a device may take to begin its answer."))
    var timeout = 0.3

    /// True to try unlikely addresses, speeds and parities as well.
    @Flag(help: .said("Try all addresses, speeds and parities, too. It may take two hours a port."))
    var thorough = false

    /// True to print the meters' numbers in full, which are personal data.
    @Flag(help: .said("Show the numbers of meters in full; otherwise only their last four digits."))
    var showPrm = false

    /// The configuration, for names that are taken already.
    @OptionGroup var options: ConfigOption

    /// Refuses wrong options before any port is opened.
    func validate() throws {
        try checkRange(timeout, 0.05...10, "--timeout")
        _ = try Self.units(units)
        for type in only where !ProbeableKinds.all.contains(where: { $0.type == type }) {
            throw ValidationError(said("\"\(type)\" cannot be looked for; can be: \(ProbeableKinds.names)"))
        }
        for host in tcp { _ = try Self.address(host) }
        // A name that is mistyped would leave the right one unprotected.
        for port in offLimits where !DiskFile.isThere(port) {
            let likely = SerialDevices.likely()
            throw ValidationError(
                likely.isEmpty
                    ? said("there is no \(port) that could be left alone; no serial port is there")
                    : said("there is no \(port) that could be left alone; there are: \(likely.joined(separator: ", "))")
            )
        }
    }

    /// Searches in all places and prints blocks of the configuration for what was found.
    ///
    /// - Throws: a `CommandError` with code 69 without a place to look at, with code 1 when nothing was found.
    func run() async throws {
        let scope = ProbeScope(units: try Self.units(units), timeout: .seconds(timeout), isThorough: thorough)
        let report = ProbeReport(showsNumbers: showPrm)
        var searches: [(search: PlaceSearch, place: String)] = []
        for place in try places(report) {
            do {
                let search = try await PlaceSearch(of: place, for: ProbeableKinds.all, only: only, scope)
                if search.longest > .zero { searches.append((search, place.name)) }
            } catch let error as SerialError {
                report.leaveAlone(place.name, "\(error)")
            }
        }
        guard !searches.isEmpty else {
            report.sayLeftAlone()
            throw CommandError(
                "there is no port to look at; "
                    + "is the adapter plugged in? Name a port, or a machine in the network with --tcp, or try --network",
                exitCode: 69
            )
        }
        let isWhole = try await look(searches, report)
        try report.finish(isWhole: isWhole, names: knownNames, config: options.config)
    }

    /// Searches in all places at the same time, until the end or a signal.
    ///
    /// - Parameters:
    ///   - searches: a search for each place, with the place's name.
    ///   - report: gets what is found.
    /// - Returns: false when a signal ended it early.
    /// - Throws: an error of the machine itself; a place that fails is told in its notes.
    private func look(_ searches: [(search: PlaceSearch, place: String)], _ report: ProbeReport) async throws -> Bool {
        let signals = Signals([SIGTERM, SIGINT])
        let notes = searches.map { search, place in report.add(place, search.longest) }
        report.begin()
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for ((search, _), notes) in zip(searches, notes) {
                        group.addTask { try await search.run(notes) }
                    }
                    try await group.waitForAll()
                }
                return true
            }
            group.addTask {
                _ = try await signals.next()
                return false
            }
            let isWhole = try await group.next() ?? false
            group.cancelAll()
            return isWhole
        }
    }

    /// Places that may be searched; the report tells the others, with the reason.
    ///
    /// A port in use by another program is left alone: two readers would take each other's bytes.
    private func places(_ report: ProbeReport) throws -> [ProbePlace] {
        let offLimits = Set(offLimits.map(DiskFile.real))
        var places: [ProbePlace] = []
        var seen: Set<String> = []
        let paths =
            ports.isEmpty && tcp.isEmpty && web.isEmpty && !network
            ? SerialDevices.likely() : ports.map(DiskFile.absolute)
        for path in paths where seen.insert(DiskFile.real(path)).inserted {
            if offLimits.contains(DiskFile.real(path)) {
                report.leaveAlone(path, said("it is off limits"))
            } else if let user = SerialDevices.user(of: path) {
                report.leaveAlone(path, user)
            } else {
                places.append(.line(.serial(path)))
            }
        }
        for host in tcp { places.append(.line(.network(try Self.address(host)))) }
        for host in web {
            guard !host.isEmpty, !host.contains(where: { "/@?#{} ".contains($0) }) else {
                throw ValidationError(said("--web is a name or an address, such as 192.168.1.61, found \(host)"))
            }
            places.append(.web(host))
        }
        if network { places.append(.neighbours) }
        return places
    }

    /// Names that sources have already; none without a configuration.
    private var knownNames: Set<String> {
        guard let document = try? ConfigDocument.read(file: options.config) else { return [] }
        return Set(Configuration(document).sources.map(\.name))
    }

    // MARK: - Arguments

    /// Numbers of a list such as `1,5,10-20`, each once, in the order of the list; none for `nil`.
    private static func units(_ list: String?) throws -> [UInt8] {
        var units: [UInt8] = []
        for part in list?.split(separator: ",") ?? [] {
            let ends = part.split(separator: "-", maxSplits: 1).map { UInt8($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last else {
                throw ValidationError(
                    said("--units is a list of numbers from 0 to 255 such as 1,5,10-20, found \(part)")
                )
            }
            units += (first...last).filter { !units.contains($0) }
        }
        return units
    }

    /// Machine and port of a text: `192.168.1.20`, `meter.local:1502`, `[fe80::1]:502`; 502 is the port of Modbus TCP.
    private static func address(_ text: String) throws -> NetworkAddress {
        let wrong = ValidationError(said("--tcp is HOST or HOST:PORT, such as 192.168.1.20:502, found \(text)"))
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            let port = text[text.index(after: end)...]
            guard port.isEmpty || port.hasPrefix(":"), let number = port.isEmpty ? 502 : Int(port.dropFirst()),
                (1...65_535).contains(number)
            else { throw wrong }
            return NetworkAddress(host: String(text[text.index(after: text.startIndex)..<end]), port: number)
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count > 2 { return NetworkAddress(host: text, port: 502) }
        guard let host = parts.first, !host.isEmpty, let port = parts.count == 2 ? Int(parts[1]) : 502,
            (1...65_535).contains(port)
        else { throw wrong }
        return NetworkAddress(host: String(host), port: port)
    }
}

/// Kinds of meters that can be looked for.
private enum ProbeableKinds {
    /// The kinds, in the order of the registry.
    static let all = SourceRegistry.builtIn.all.compactMap { $0.probeable }
    /// Their names, for help and errors.
    static let names = all.map { $0.type }.joined(separator: ", ")
}
