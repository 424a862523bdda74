public import MeterCore
import MeterDocuments
import MeterIO
import MeterNotation

extension EcoDevicesSource: ProbeableSource {
    /// One way, and only among the neighbours in the network.
    public static func probes(of place: ProbePlace, _ scope: ProbeScope) -> [any MeterProbe] {
        guard case .neighbours = place else { return [] }
        return [EcoDevicesProbe()]
    }
}

/// Calls the devices of GCE Electronics by a broadcast, then asks each one for its meters.
struct EcoDevicesProbe: MeterProbe {
    /// The title for the person who waits.
    let title = said("Eco-Devices, by a broadcast")
    /// The devices are in the network.
    let wire = ProbeWire.network
    /// The longest time that it takes, 4 s.
    let longest = Duration.seconds(4)

    /// Notes each Eco-Devices and RT2; other devices of GCE are remarked.
    ///
    /// - Throws: `SystemError` when no broadcast can be sent, `CancellationError`.
    func look(_ notes: ProbeNotes) async throws {
        for device in try await EcoDevicesDiscovery().find() {
            let host = device.port == 80 ? device.address : "\(device.address):\(device.port)"
            let answer = try await ask(host, "/api/xdevices.json?cmd=10")
            let product = answer.values.first { $0.name == "product" }?.text ?? device.name
            let name = product.lowercased().filter(\.isLetter)
            if name.hasPrefix("ecodevicesrt") {
                notes.found(try await rt2(device, host))
            } else if name.hasPrefix("ecodevices") {
                try await note(device, host, answer.values, notes)
            } else {
                notes.remark(
                    said(
                        "\(device.name) at \(host) is a device of GCE Electronics, but no Eco-Devices; a source of type "
                            + "http may read it"
                    )
                )
            }
        }
    }

    /// The device's answer to a question; status 0 and no values when nothing can be read.
    private func ask(
        _ host: String,
        _ path: String
    ) async throws -> (status: Int, values: [(name: String, text: String)]) {
        var request = TransferRequest(.get, "http://\(host)\(path)")
        request.timeout = .seconds(5)
        request.largestAnswer = 64 << 10
        do {
            let response = try await Transfers.web.perform(request)
            let document = response.status == 200 ? try? Document(response.body, .json) : nil
            return (response.status, document?.children(of: "/*") ?? [])
        } catch let error as TransferError {
            guard error.kind != .cancelled else { throw CancellationError() }
            return (0, [])
        }
    }

    /// Notes the meters of an Eco-Devices: a source for each TIC input, the pulse counters with the first.
    ///
    /// - Parameters:
    ///   - device: that answered the broadcast.
    ///   - host: its address, with a port where it is not 80.
    ///   - values: of its page `xdevices.json`.
    ///   - notes: take the findings.
    /// - Throws: `CancellationError`.
    private func note(
        _ device: EcoDevicesDiscovery.Found,
        _ host: String,
        _ values: [(name: String, text: String)],
        _ notes: ProbeNotes
    ) async throws {
        func text(_ name: String) -> String? { values.first { $0.name == name }?.text }
        // Without an answer the first input is likely.
        let inputs = values.isEmpty ? [1] : (1...2).filter { text("T\($0)_PTEC").map { $0 != "----" } ?? false }
        let counters = (1...2).filter { (text("INDEX_C\($0)").flatMap { Int($0) } ?? 0) > 0 }
        for (place, input) in (inputs.isEmpty && !counters.isEmpty ? [0] : inputs).enumerated() {
            var finding = ProbeFinding(
                input > 0
                    ? "Eco-Devices \(device.mac), TIC input \(input)" : "Eco-Devices \(device.mac), its pulse counters",
                key: "\(EcoDevicesSource.type) \(host) \(input)",
                name: input > 0 ? "linky" : "compteur",
                [.text("host", host), .number("teleinfo", input)]
            )
            if input > 0, try await ask(host, "/protect/settings/teleinfo\(input).xml").status == 401 {
                finding.remarks.append("It asks for a user and a password: add username and password_file." as Phrase)
            }
            for number in counters where place == 0 {
                finding.tables["counter_\(number)"] = ProbeFinding.Line.pulses
            }
            notes.found(finding)
        }
        if inputs.isEmpty, counters.isEmpty {
            notes.remark(said("the Eco-Devices at \(host) has no meter at its inputs: is the TIC connected to T1?"))
        }
    }

    /// An RT2 as a finding, with its first register as an example.
    ///
    /// The factory's API key is tried; where another one is set, a remark asks for `key_file`.
    private func rt2(_ device: EcoDevicesDiscovery.Found, _ host: String) async throws -> ProbeFinding {
        var finding = ProbeFinding(
            "Eco-Devices RT2 \(device.mac)",
            key: "\(EcoDevicesRT2Source.type) \(host)",
            name: "rt2",
            [.text("host", host)]
        )
        let indexes = try await ask(host, "/api/xdevices.json?key=apikey&Index=All").values
        if indexes.first(where: { $0.name == "status" })?.text != "Success" {
            finding.remarks.append(
                "It does not take the factory's API key: write its own into a file, and key_file." as Phrase
            )
        }
        let names = indexes.map(\.name).filter { $0.hasPrefix("Index_TI") }
        finding.remarks.append("boxenergie sources ecodevices-rt2 says what else it can be asked for." as Phrase)
        finding.tables["fields"] = (names.isEmpty ? ["Index_TI1"] : names).prefix(1).map { name in
            .init(key: Field.whIn.rawValue, value: "{ from = \"Index=All\", path = \"\(name)\", unit = \"Wh\" }")
        }
        return finding
    }
}
