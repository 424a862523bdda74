import Foundation
import MeterCore
import MeterSources
import Testing

/// Each device that is read by HTTP, as it should be and with what goes wrong: whatever it does costs nothing but its own
/// readings, and is said in a sentence.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct HTTPDeviceTests {
    private let box: Installation
    private let key: String

    init() throws {
        box = try Installation()
        key = try box.writeSecret("key", "geheim key/1\n")
    }

    private func run(_ device: HTTPDeviceCase, _ host: String, _ more: String = "") throws -> SourceRun {
        var settings = device.settings.replacing("@HOST@", with: host).replacing("@KEY@", with: key)
        // A profile with an address of its own, at the test's server.
        while let place = settings.firstRange(of: "@PROFILE "),
            let end = settings[place.upperBound...].firstIndex(of: "@")
        {
            let name = String(settings[place.upperBound..<end])
            let entry = try #require(ProfileLibrary.entries.first { $0.key == name })
            let path = "\(box.folder)/\(name).toml"
            try entry.text.replacing(/https:\/\/[^\/]+/, with: "http://\(host)")
                .write(toFile: path, atomically: true, encoding: .utf8)
            settings.replaceSubrange(place.lowerBound...end, with: path)
        }
        return SourceRun(device.type, name: "it", more + "\n" + settings)
    }

    /// Runs a source until something is so.
    private func read(_ run: SourceRun, until condition: () -> Bool) async throws {
        let task = Task { await run.run() }
        defer { task.cancel() }
        try await wait(for: condition)
    }

    /// The latest value of each field: `measurement field`, and the phase, register or role behind it.
    private func values(_ run: SourceRun) -> [String: FieldValue] {
        var values: [String: FieldValue] = [:]
        for point in run.all {
            var encoder = LineProtocolEncoder(precision: .seconds)
            encoder.append(point)
            let tags = encoder.withBytes { String(decoding: $0, as: UTF8.self) }.prefix { $0 != " " }.split(
                separator: ","
            ).dropFirst()
            let measurement = point.series.measurement.name
            // A meter's role is that of its case.
            let shown = ["phase", "register"] + (measurement == "meter" ? [] : ["role"])
            let more = tags.compactMap { tag -> String? in
                let (name, value) = (tag.prefix { $0 != "=" }, tag.drop { $0 != "=" }.dropFirst())
                return shown.contains(String(name)) ? " \(value)" : nil
            }.joined()
            for (field, value) in zip(point.series.fieldNames, point.values) {
                if let value { values["\(measurement) \(field)\(more)"] = value }
            }
        }
        return values
    }

    @Test("every value of a device is what it says", arguments: HTTPDeviceCase.all)
    func good(_ device: HTTPDeviceCase) async throws {
        let server = try HTTPPeer()
        for (path, body) in device.pages { try server.serve(path, ["body": body]) }
        let run = try run(device, server.host)
        try await read(run) { device.expected.keys.allSatisfy { self.values(run)[$0] != nil } }
        let found = values(run)
        for (name, value) in device.expected { #expect(found[name] == value, "\(name)") }
        #expect(run.status.errors == 0, "\(run.status.lastError ?? "")")
        #expect(try server.requests().allSatisfy { $0.headers["User-Agent"] == "boxenergie" })
    }

    @Test(
        "the ledger learns what a device counts",
        arguments: [
            ("ecodevices", "it", MeterRegister.Quantity.import, 35_802_467.0),
            ("ecodevices", "it", .tariff, 23_456_789),
            ("ecodevices", "it-c1", .water, 1234.567), ("ecodevices", "it-c2", .production, 20_000),
            ("wes", "it", .import, 3_000_018), ("HTML", "it", .production, 12_345_678), ("XML", "it", .water, 123.456),
            ("tasmota", "it", .consumption, 123_456), ("fronius", "it", .production, 12_345_678),
        ]
    )
    func ledger(_ name: String, _ source: String, _ quantity: MeterRegister.Quantity, _ value: Double) async throws {
        let device = try #require(HTTPDeviceCase.all.first { $0.name == name })
        let server = try HTTPPeer()
        for (path, body) in device.pages { try server.serve(path, ["body": body]) }
        let run = try run(device, server.host)
        try await read(run) {
            run.all.compactMap { Reading($0) }.filter { $0.meter == source }.flatMap(\.facts).contains { fact in
                guard case .register(let register, let counted) = fact else { return false }
                return register.quantity == quantity && counted == value
            }
        }
        let sources = Set(run.all.compactMap { Reading($0)?.meter })
        #expect(sources.isSubset(of: ["it", "it-c1", "it-c2"]))
    }

    /// What goes wrong, and what is then said.
    enum Fault: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case empty, truncated, wrongType, page, unauthorized, broken, loop, elsewhere, slow, dripping, large, short,
            away

        var testDescription: String { rawValue }

        func sentences(_ device: HTTPDeviceCase) -> [String] {
            switch self {
            case .empty: ["it sent nothing"]
            case .truncated: ["ends in the middle", "there is nothing at", "there is nothing of a meter"]
            case .wrongType:
                [
                    "is no number", "neither true nor false", "a list or an object", "there is nothing at",
                    "no meter speaks",
                    "there is nothing of a meter",
                ]
            case .page: ["web page instead of data", "there is nothing at"]
            case .unauthorized: ["(401)"]
            case .broken: ["(500)"]
            case .loop: ["sends from one address to the next"]
            case .elsewhere: ["which is not followed"]
            case .slow, .dripping: ["did not answer in time"]
            case .large: ["answered more than"]
            case .short: ["the exchange with"]
            case .away: ["nothing answers at"]
            }
        }

        func page(_ body: String, _ other: String) -> [String: Any] {
            switch self {
            case .empty: ["body": ""]
            case .truncated: ["body": String(body.prefix(body.count / 2))]
            case .wrongType, .away: ["body": body]
            case .page: ["body": "<!DOCTYPE html><html><body><h1>Login</h1></body></html>"]
            case .unauthorized: ["body": body, "basic": "nobody:knows"]
            case .broken: ["status": 500, "body": body]
            case .loop: ["status": 302, "body": body, "headers": ["Location": "?again"]]
            case .elsewhere: ["status": 302, "headers": ["Location": "http://\(other)/"]]
            case .slow: ["body": body, "wait": 60]
            case .dripping: ["body": body, "drip": 1]
            case .large: ["body": body, "repeat": 2_000_000 / max(1, body.utf8.count)]
            case .short: ["body": body, "length": body.utf8.count + 1000]
            }
        }
    }

    @Test("what goes wrong is said, and no value comes of it", arguments: HTTPDeviceCase.all, Fault.allCases)
    func fault(_ device: HTTPDeviceCase, _ fault: Fault) async throws {
        // A table or a text that is cut may still have its values, and a page may be what is wanted.
        if fault == .truncated, ["CSV", "text", "HTML", "ecodevices", "wes"].contains(device.name) { return }
        let (server, other) = (try HTTPPeer(), try HTTPPeer())
        for (path, body) in fault == .wrongType ? device.wrong : device.pages {
            try server.serve(path, fault.page(body, other.host))
        }
        let isPatient = fault != .slow && fault != .dripping
        let credentials =
            fault == .elsewhere ? "username = \"box\"\npassword_file = \"\(key)\"" : ""
        let host = fault == .away ? "127.0.0.1:9" : server.host
        let run = try run(device, host, credentials + (isPatient ? "" : "\ntimeout = \"700ms\""))
        try await read(run) { run.status.errors > 0 }
        let said = run.status.lastError ?? ""
        #expect(fault.sentences(device).contains { said.contains($0) }, "\(said)")
        #expect(!said.contains("geheim") && !said.contains("\n"), "\(said)")
        #expect(run.all.isEmpty, "\(values(run))")
        #expect(try other.requests().isEmpty)
    }

    @Test("a device that sends on to another address of its own is read", arguments: HTTPDeviceCase.all)
    func moved(_ device: HTTPDeviceCase) async throws {
        let server = try HTTPPeer()
        for (path, body) in device.pages {
            try server.serve(path, ["status": 307, "headers": ["Location": "/moved\(path)"]])
            try server.serve("/moved\(path)", ["body": body, "basic": "box:pass wort"])
        }
        let password = try box.writeSecret("password", "pass wort")
        let run = try run(device, server.host, "username = \"box\"\npassword_file = \"\(password)\"")
        try await read(run) { !run.all.isEmpty }
        #expect(run.status.errors == 0, "\(run.status.lastError ?? "")")
    }

    @Test(
        "XML and tables that are cut anywhere give whole values or none",
        arguments: ["XML", "CSV", "ecodevices", "wes"]
    )
    func cut(_ name: String) async throws {
        let device = try #require(HTTPDeviceCase.all.first { $0.name == name })
        let server = try HTTPPeer()
        let wanted = device.expected
        for (path, body) in device.pages {
            for cut in [body.count / 3, body.count / 2, body.count * 3 / 4, body.count - 9] {
                for (other, whole) in device.pages where other != path { try server.serve(other, ["body": whole]) }
                try server.serve(path, ["body": String(body.prefix(cut))])
                let run = try run(device, server.host)
                try await read(run) { run.status.errors > 0 || run.status.reads > 0 }
                for (name, value) in values(run) where wanted[name] != nil {
                    let isEarlierLine = name == "log temp_c" || name == "log level"
                    #expect(value == wanted[name] || isEarlierLine, "\(name) at \(cut)")
                }
            }
        }
    }
}
