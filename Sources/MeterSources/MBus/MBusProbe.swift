public import MeterCore
import MeterIO
import MeterNotation
import MeterProtocols

extension MBusSource: ProbeableSource {
    /// On a serial line one way for each usual speed; in the network one, as the gateway knows the speed.
    public static func probes(of place: ProbePlace, _ scope: ProbeScope) -> [any MeterProbe] {
        guard case .line(let place) = place else { return [] }
        switch place {
        case .serial: break
        case .network(let address) where address.port != NetworkAddress.modbusPort:
            // The gateway knows the speed.
            return [MBusProbe(place: place, baud: 2400, isUsual: true, scope: scope)]
        case .network: return []
        }
        let speeds = scope.isThorough ? [2400, 9600, 300, 4800, 1200, 600, 19_200, 38_400] : [2400, 9600, 300]
        return speeds.enumerated().map { number, baud in
            MBusProbe(place: place, baud: baud, isUsual: number == 0, scope: scope)
        }
    }
}

/// Calls all meters of an M-Bus, then tells them apart by their numbers.
struct MBusProbe: MeterProbe {
    /// The primary address to which every meter of a bus answers.
    private static let everybody: UInt8 = 254

    /// The line or the address of the converter.
    let place: BusPlace
    /// The speed in Bd.
    let baud: Int
    /// True for the speed that meters have from the factory, 2400 Bd.
    let isUsual: Bool
    /// The limits of the search: timeout and thoroughness.
    let scope: ProbeScope

    /// The format of M-Bus: 8 bits, even parity, 1 stop bit.
    private var format: SerialSettings { SerialSettings(baud: baud, dataBits: 8, parity: .even) }
    /// The time to wait for an answer: the standard has it begin within 330 bits and 50 ms; converters need a little
    /// more.
    private var timeout: Duration {
        max(scope.timeout, .milliseconds(200 + 330_000 / baud)) + (place.isFar ? .seconds(1) : .zero)
    }
    /// The primary addresses asked one by one, for meters that have no secondary address.
    ///
    /// At the usual speed 0 to 10; thorough 0 to 250 at each speed.
    private var addresses: [UInt8] { scope.isThorough ? Array(0...250) : isUsual ? Array(0...10) : [] }

    /// The way in words, for titles and remarks.
    private var way: String { place.isFar ? said("behind a gateway") : said("at \(format)") }
    /// The title for the person who waits.
    var title: String {
        addresses.last.map { said("M-Bus \(way), all meters, addresses 0 to \($0)") }
            ?? said("M-Bus \(way), all meters")
    }
    /// M-Bus has a line of its own.
    let wire = ProbeWire.mbus
    /// The time it takes when nobody answers.
    var longest: Duration { scope.longest(addresses.count + 2, timeout, baud: baud) }

    /// Looks by number first, as all new meters have the address 0.
    func look(_ notes: ProbeNotes) async throws {
        if notes.hasAny(of: MBusSource.type), !scope.isThorough { return }
        if try await isAcknowledged(.init(identification: .max)) { try await search(.max, digit: 0, notes) }
        let answersAll = try await isAcknowledged(MBusRequest.reset(Self.everybody), said("a reset"))
        for (count, address) in addresses.enumerated() {
            notes.advance(Double(count + 2) / Double(addresses.count + 2))
            guard !notes.has(primaryKey(address)), !knows(address, notes),
                try await isAcknowledged(MBusRequest.reset(address), said("a reset"))
            else { continue }
            try await lookAt(address, notes)
        }
        if answersAll, !notes.hasAny(of: MBusSource.type) {
            notes.remark(
                said(
                    "meters answer on the M-Bus of \(place) \(way), but none could be told from the others; "
                        + "try --thorough, or one meter at a time"
                )
            )
        }
    }

    // MARK: - By number

    /// Goes down the digits of a meter's number as long as several meters answer at once.
    ///
    /// Each `F` of the mask stands for any digit; a collision fixes one more digit, ten ways each.
    ///
    /// - Parameters:
    ///   - mask: the meter's number in eight digits of four bits, `F` for any.
    ///   - digit: the index of the first digit that is not fixed, 0 to 8.
    ///   - notes: take the findings.
    /// - Throws: `BusError` when the line is lost or the task is cancelled.
    private func search(_ mask: UInt32, digit: Int, _ notes: ProbeNotes) async throws {
        do {
            note(try await readout(.secondary(MBusMeterAddress(identification: mask))).read(), primary: nil, notes)
        } catch let error as BusError where error.reason == .wrong || error.reason == .silent {
            guard digit < 8 else { return }
            let place = UInt32(4 * (7 - digit))
            for value in UInt32(0)...9 {
                let narrower = mask & ~(0xF << place) | value << place
                guard try await isAcknowledged(.init(identification: narrower)) else { continue }
                try await search(narrower, digit: digit + 1, notes)
            }
        } catch let error as MBusError {
            notes.remark(said("a meter on the M-Bus of \(self.place) answers what cannot be read: \(error)"))
        }
    }

    /// Selects the meters that fit a mask; true when at least one is there.
    private func isAcknowledged(_ meters: MBusMeterAddress) async throws -> Bool {
        try await isAcknowledged(MBusRequest.select(meters), said("its selection"))
    }

    /// True when a request is acknowledged by the byte E5.
    private func isAcknowledged(_ request: MBusFrame, _ question: String) async throws -> Bool {
        let device = try await device(tries: 1)
        do throws(BusError) {
            _ = try await device.exchange(request.bytes, for: question) { bytes in
                bytes.first == 0xE5 ? .complete(1) : .skip(1)
            }
            return true
        } catch {
            guard error.reason == .silent || error.reason == .wrong else { throw error }
            return false
        }
    }

    // MARK: - By primary address

    /// The key of a meter found by its primary address.
    private func primaryKey(_ address: UInt8) -> String { "\(MBusSource.type) address \(address)" }

    /// True when the meter of a primary address was already found by its number.
    private func knows(_ address: UInt8, _ notes: ProbeNotes) -> Bool {
        notes.all.findings.contains { $0.identity == primaryKey(address) }
    }

    /// Reads the meter of a primary address; two meters with one address are remarked.
    private func lookAt(_ address: UInt8, _ notes: ProbeNotes) async throws {
        do {
            note(try await readout(.primary(address)).read(), primary: address, notes)
        } catch let error as BusError {
            guard error.reason == .silent || error.reason == .wrong else { throw error }
            if error.reason == .wrong, error.question == "its data" {
                notes.remark(said("two meters have the M-Bus address \(address) on \(place); give one another number"))
            }
        } catch let error as MBusError {
            notes.remark(
                said("the meter at M-Bus address \(address) on \(place) answers what cannot be read: \(error)")
            )
        }
    }

    // MARK: - Findings

    /// The bus as a device for one request.
    private func device(tries: Int) async throws -> BusDevice {
        try await place.bus(format).device(
            "M-Bus",
            BusSettings(
                format: format,
                timeout: timeout,
                // 33 bits of silence end what a meter hears.
                pause: .microseconds(33_000_000 / baud),
                tries: tries,
                longestRest: .zero,
                latest: timeout
            )
        )
    }

    /// The readout of a meter, without a status to beat for.
    private func readout(_ address: MBusSettings.Address) async throws -> MBusReadout {
        MBusReadout(device: try await device(tries: 2), address: address) {}
    }

    /// Notes a meter; `primary` is its address when it was found by that.
    ///
    /// - Parameters:
    ///   - telegrams: its answer.
    ///   - primary: the address by which it was found, or `nil` when by its number.
    ///   - notes: take the finding.
    private func note(_ telegrams: [MBusTelegram], primary: UInt8?, _ notes: ProbeNotes) {
        guard let first = telegrams.first else { return }
        let meter = first.header?.meter
        let guess = MBusGuess(telegrams)
        var lines = place.lines(usualPort: 10_001)
        if baud != 2400 { lines.append(.number("baud", baud)) }
        // A number can be asked for only when it has digits alone; some meters have other characters.
        if let meter, primary == nil, meter.digits.allSatisfy(\.isNumber) {
            lines.append(.text("id", meter.digits))
            if MBusMeterAddress.manufacturerCode(meter.manufacturer) != nil {
                lines.append(.text("manufacturer", meter.manufacturer))
            }
        } else {
            lines.append(.number("address", Int(primary ?? first.address)))
        }
        lines.append(.text("role", guess.role.rawValue, guess.role == .consumption ? Self.production : nil))
        let who =
            meter.map { "\($0.manufacturer) \($0.digits), \($0.medium)" }
            ?? said("a meter that does not say its number")
        let identity = meter.map { $0.bytes.map { String($0) }.joined(separator: " ") }
        var finding = ProbeFinding(
            "\(who); M-Bus address \(first.address) \(way)",
            key: primary == nil ? "\(MBusSource.type) \(identity ?? "")" : primaryKey(first.address),
            name: guess.name,
            lines
        )
        finding.identity = primaryKey(first.address)
        if !guess.fields.isEmpty { finding.tables["fields"] = guess.fields }
        notes.found(finding)
    }

    /// The remark on a consumption meter's role.
    private static let production: Phrase = "production if it counts solar panels"
}
