import MeterCore
import MeterIO
import MeterNotation
import MeterProtocols

/// Finds out what a Modbus device is: by its own word, by SunSpec, or by the profile that makes sense of its registers.
struct ModbusIdentity {
    /// The line or the address in the network.
    private let place: BusPlace
    /// The format of the serial line; `nil` for Modbus TCP.
    private let format: SerialSettings?
    /// The unit number that answered, 1 to 247, or 255 behind some gateways.
    private let unit: UInt8
    /// The time to wait for each answer, 0.5 s at least.
    private let timeout: Duration
    /// Made anew for each question: one without an answer says nothing about the next.
    ///
    /// A `BusDevice` that fails several times is left alone for a while, which would spoil the rest of the questions.
    private var link: ModbusLink {
        get async throws { try await ModbusLink(place, unit, format, timeout: timeout, tries: 2) }
    }

    /// Names the device; nothing is asked yet.
    ///
    /// - Parameters:
    ///   - place: the line or the address in the network.
    ///   - format: of the serial line, `nil` for Modbus TCP.
    ///   - unit: that answered.
    ///   - timeout: for each answer; less than 0.5 s is raised to that.
    init(_ place: BusPlace, _ format: SerialSettings?, _ unit: UInt8, _ timeout: Duration) {
        self.place = place
        self.format = format
        self.unit = unit
        self.timeout = max(timeout, .milliseconds(500))
    }

    /// The device as a finding, with the section that reads it.
    ///
    /// SunSpec is the surest, then the profiles; a device that fits neither gets an example register.
    ///
    /// - Throws: `CancellationError`, or an error of the line.
    func finding() async throws -> ProbeFinding {
        var ownWord = try await identification()
        var isNamed = false
        var reader = ProfileMatch.Reader(read: registers)
        if let known = try await ProfileMatch.named(unit, isOwn: true, &reader) { return named(known) }
        if let map = try await map() {
            let texts = try await names(map)
            if !SunSpecPoints.wanted(map).isEmpty { return sunSpec(map, texts, ownWord) }
            isNamed = !texts.isEmpty
            // It has neither inverter nor meter by SunSpec, but says who it is.
            if isNamed { ownWord = texts.joined(separator: " ") }
        }
        if let known = try await ProfileMatch.named(unit, isOwn: false, &reader) { return named(known) }
        let matches = try await ProfileMatch.all(&reader)
        if let best = matches.first { return profile(best, others: matches.dropFirst(), ownWord) }
        var finding = try await unknown(ownWord)
        // A maker's and product's name is that of many devices; model 1 has the serial number as well.
        if isNamed { finding.identity = ownWord }
        return finding
    }

    // MARK: - Questions

    /// The device's maker, product and version by function 43/14 of the Modbus application protocol.
    ///
    /// Many devices do not know the function; then the result is `nil`.
    private func identification() async throws -> String? {
        var found = ModbusIdentification()
        do {
            // Three texts, so that three answers bring all of them.
            var next: UInt8? = 0
            for _ in 0..<3 {
                guard let object = next else { break }
                guard case .identification(let more) = try await link.ask(.identify(from: object)) else { break }
                found.objects.merge(more.objects) { first, _ in first }
                next = more.next.flatMap { $0 > object ? $0 : nil }
            }
        } catch is ModbusError {
        } catch is ModbusTrouble {
        }
        return found.summary.isEmpty ? nil : found.summary
    }

    /// The registers of a span; `nil` when the device refuses or does not answer.
    private func registers(_ span: ModbusSpan) async throws -> [UInt16]? {
        do {
            return try await link.ask(.read(span)).words
        } catch is ModbusError {
            return nil
        } catch is ModbusTrouble {
            return nil
        }
    }

    // MARK: - Findings

    /// The map of SunSpec; `nil` when the device has none.
    private func map() async throws -> SunSpecMap? {
        try await SunSpecMap.discover { address, count in
            try await registers(ModbusSpan(.holdingRegisters, at: address, count: count))
        }
    }

    /// The names in model 1: `Mn` is the maker, `Md` the model, `SN` the serial number; empty when there are none.
    private func names(_ map: SunSpecMap) async throws -> [String] {
        guard let block = map.blocks.first(where: { $0.model == 1 }),
            let words = try await registers(
                ModbusSpan(.holdingRegisters, at: block.address, count: min(block.length + 2, 125))
            ),
            let common = SunSpecReading(block, words)
        else { return [] }
        return [common.text("Mn"), common.text("Md"), common.text("SN").map { said("no. \($0)") }].compactMap { $0 }
    }

    /// The device by SunSpec, with a map that has an inverter or a meter.
    private func sunSpec(_ map: SunSpecMap, _ texts: [String], _ ownWord: String?) -> ProbeFinding {
        let isInverter = map.blocks.contains { [101...103, 111...113, 701...701].joined().contains($0.model) }
        let what = texts.isEmpty ? ownWord ?? said("a device") : texts.joined(separator: " ")
        var finding = finding("\(what), by SunSpec", isInverter ? "onduleur" : "compteur", [])
        finding.identity = texts.isEmpty ? nil : what
        if !SunSpecMap.usualBases.contains(map.base) { finding.lines.append(.number("sunspec_base", map.base)) }
        if !isInverter { finding.lines.append(Self.role) }
        if texts.first?.hasPrefix("SolarEdge") == true, map.blocks.contains(where: { SunSpecPoints.isMeter($0.model) })
        {
            finding.lines.append(Self.turned)
        }
        if isInverter, !SunSpecPoints.batteries(map).isEmpty {
            finding.remarks.append("If a battery is connected to this inverter itself, add battery = true." as Phrase)
        }
        return finding
    }

    /// The device as one that said what it is.
    private func named(_ match: ProfileMatch) -> ProbeFinding {
        var lines: [ProbeFinding.Line] = [.text("profile", match.key, "by its word: \(match.evidence)")]
        if !match.profile.header.isVerified { lines.append(ProbeFinding.Line(key: "accept_unverified", value: "true")) }
        let kind = match.profile.kind
        if kind == .meter { lines.append(Self.role) }
        let name = kind == .inverter ? "onduleur" : kind == .battery ? "batterie" : "compteur"
        var finding = finding(match.profile.header.name, name, lines)
        if match.profile.list.parts.contains(.battery) {
            finding.remarks.append("Without a battery at this inverter write battery = false." as Phrase)
        }
        if match.profile.takesOneClient {
            finding.remarks.append(
                "It takes one connection only: no other program may read it at the same time." as Phrase
            )
        }
        return finding
    }

    /// The device as one that fits a profile; other profiles with the same score are named in a remark.
    ///
    /// - Parameters:
    ///   - match: the best profile.
    ///   - others: that fit less or as well.
    ///   - ownWord: the text by which the device names itself, if it does.
    /// - Returns: the finding.
    private func profile(
        _ match: ProfileMatch,
        others: ArraySlice<ProfileMatch>,
        _ ownWord: String?
    ) -> ProbeFinding {
        var lines: [ProbeFinding.Line] = [.text("profile", match.key, "by its values: \(match.evidence)")]
        if !match.profile.header.isVerified { lines.append(ProbeFinding.Line(key: "accept_unverified", value: "true")) }
        let isInverter = match.profile.kind == .inverter
        if !isInverter { lines.append(Self.role) }
        let name = match.profile.header.name
        let what: Phrase = ownWord.map { "\($0), like \(name)" } ?? name
        var finding = finding(what, isInverter ? "onduleur" : "compteur", lines)
        finding.remarks = ["Compare the values with its display: the profile was guessed by them." as Phrase]
        let alike = others.filter { $0.score == match.score }.map(\.key)
        if !alike.isEmpty {
            finding.remarks.append("These profiles fit as well: \(alike.joined(separator: ", "))" as Phrase)
        }
        return finding
    }

    /// The finding for a device of which no more is known than that it answers, with one register read as an example.
    private func unknown(_ ownWord: String?) async throws -> ProbeFinding {
        var finding = finding(Phrase(verbatim: ownWord ?? said("an unknown device")), "modbus", [])
        for table in [TableName.holding, .input] {
            guard let words = try await registers(ModbusSpan(table.table, at: 0, count: 1)), let first = words.first
            else { continue }
            finding.lines.append(.text("table", table.rawValue))
            finding.remarks = [
                "No profile fits it. Take the registers from its manual; the one below is an example, and read \(first)."
                    as Phrase
            ]
            finding.tables["registers"] = [Self.example]
            return finding
        }
        finding.remarks = [
            "No profile fits it, and it has no register at the address 0: put one of its manual in place of the example."
                as Phrase
        ]
        finding.tables["registers"] = [Self.example]
        return finding
    }

    /// The line that stands in place of a register map.
    private static let example = ProbeFinding.Line(key: "value", value: "{ address = 0, type = \"uint16\" }")
    /// The line with the role of a meter, for a person to correct.
    private static let role = ProbeFinding.Line.text(
        "role",
        MeterRole.consumption.rawValue,
        "import if it counts the whole house at the grid, production if it counts solar panels"
    )

    /// The line of a SolarEdge with a meter, whose registers of energy are not turned.
    private static let turned = ProbeFinding.Line(
        key: "invert_power",
        value: "true",
        remark: "its meter tells what the house gives as positive"
    )

    /// A finding with the lines that each device has: the place, the unit and the format of the serial line.
    ///
    /// - Parameters:
    ///   - what: the device in words.
    ///   - name: proposed for the source, such as `onduleur`.
    ///   - more: lines of this device, after those that all have.
    /// - Returns: the finding.
    private func finding(_ what: Phrase, _ name: String, _ more: [ProbeFinding.Line]) -> ProbeFinding {
        var lines = place.lines(usualPort: 502) + [.number("unit", Int(unit))]
        if let format {
            lines.append(.number("speed", format.baud))
            if format.parity != .none { lines.append(.text("parity", format.parity == .even ? "even" : "odd")) }
        }
        return ProbeFinding(
            "\(what); Modbus unit \(unit) at \(format.map { "\($0)" } ?? "\(place)")",
            key: "\(ModbusSource.type) \(unit)",
            name: name,
            lines + more
        )
    }
}
