import Foundation
import Glibc
import MeterIO
import Testing

/// SIGHUP: the configuration is read again while everything runs.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct ReloadTests {
    private let box: Installation

    init() throws { box = try Installation() }

    /// What the daemon has open: each descriptor with what it leads to.
    private func descriptors(of process: Int32) throws -> [String: String] {
        let folder = "/proc/\(process)/fd"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        return Dictionary(
            names.compactMap { name in
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)")).map { (name, $0) }
            }
        ) { first, _ in first }
    }

    private func write(_ text: String, to path: String) throws {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    private func isReading(_ name: String, _ config: String) throws -> Bool {
        try box.status(config).contains("\(name): reading")
    }

    @Test("a hundred reloads under load: nothing lost, the untouched meter's descriptor stays, none leaks")
    func hundredReloads() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try box.configure(url)
        let plain = try String(contentsOfFile: config, encoding: .utf8)
        let second = "\n[source.second]\ntype = \"teleinfo\"\ndevice = \"\(box.folder)/second\"\nevery = \"1s\"\n"
        let variants = [
            plain, plain.replacing("flush = \"1s\"", with: "flush = \"2s\""), "this is not TOML",
            plain.replacing("20MB", with: "30MB"),
        ]
        #expect(try box.run("provision", "--config", config).code == 0)
        let houses = try ["linky", "second"].map { name in
            let house = try box.start("simulate", "--link", "\(box.folder)/\(name)")
            _ = house.line()
            return house
        }
        let manager = try FakeManager(in: box.folder)
        let daemon = try Peer(["/usr/bin/env", "NOTIFY_SOCKET=\(manager.path)", box.program, "run", "--config", config])
        #expect(manager.receive() == "READY=1")
        #expect(try await eventually { try isReading("linky", config) })
        let before = try descriptors(of: daemon.identifier)
        func reload(_ text: String) throws {
            try write(text, to: config)
            #expect(kill(daemon.identifier, SIGHUP) == 0)
            #expect(manager.receive()?.hasPrefix("RELOADING=1") == true)
            #expect(manager.receive() == "READY=1")
        }
        for number in 1...100 {
            try reload(variants[number % variants.count] + (number % 50 < 25 ? second : ""))
            // Eight in a second, so that readings are made between them; the second meter is found meanwhile, too.
            if number % 8 == 0 { #expect(try await box.hasRead(1, config)) }
            if [24, 72].contains(number) { #expect(try await eventually { try isReading("second", config) }) }
        }
        try reload(plain)
        #expect(try await eventually { try !box.status(config).contains("second") })
        #expect(try await eventually { try await box.times(url, "linky").count >= 15 })
        let after = try descriptors(of: daemon.identifier)
        let line = try #require(before.first { $0.value.hasPrefix("/dev/pts/") })
        #expect(after[line.key] == line.value)
        let isSocket: (String, String) -> Bool = { $1.hasPrefix("socket:") }
        // The spool that was closed and opened again may have another number.
        func files(_ descriptors: [String: String]) -> [String] {
            descriptors.filter { !isSocket($0, $1) }.map(\.value).sorted()
        }
        #expect(files(after) == files(before))
        #expect(after.count(where: isSocket) <= before.count(where: isSocket) + 4, "libcurl keeps a few connections")
        let status = try box.status(config)
        #expect(status.contains("0 reconnections") && status.contains("lost: 0"), "\(status)")
        #expect(daemon.terminate().code == 0)
        for house in houses { #expect(house.terminate().code == 0) }
        try await box.checkWhole(url, atLeast: 15)
        #expect(try await !box.times(url, "second").isEmpty)
    }

    @Test("a changed meter is read as it says now, and a changed server gets what waited for the old one")
    func differences() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try box.configure("http://127.0.0.1:1")
        let house = try box.start("simulate", "--link", box.folder + "/linky")
        _ = house.line()
        let daemon = try box.start("run", "--config", config)
        #expect(
            try await eventually {
                let spool = try box.run("spool", "list", "--config", config).output
                return spool.contains(" points wait in ") && !spool.contains(" 0 points wait in ")
            }
        )
        // The spool belongs to the output's name.
        _ = try box.configure(url, every: "2s")
        #expect(try box.run("provision", "--config", config).code == 0)
        #expect(kill(daemon.identifier, SIGHUP) == 0)
        #expect(
            try await eventually { try box.status(config).contains(" 0 kB on the disk") }
        )
        #expect(try await eventually { try isReading("linky", config) })
        #expect(try await eventually { try await box.times(url, "linky").count > 4 })
        #expect(daemon.terminate().code == 0)
        #expect(house.terminate().code == 0)
        let times = try await box.times(url, "linky")
        #expect(Set(times.suffix(3).map { $0 / 2 }).count == 3, "one in each slot of two seconds: \(times)")
    }

    @Test("where a service manager started the program it hears of the reload")
    func notify() throws {
        let config = try box.configure("http://127.0.0.1:1")
        let manager = try FakeManager(in: box.folder)
        let daemon = try Peer(["/usr/bin/env", "NOTIFY_SOCKET=\(manager.path)", box.program, "run", "--config", config])
        #expect(manager.receive() == "READY=1")
        #expect(kill(daemon.identifier, SIGHUP) == 0)
        let words = try #require(manager.receive()).split(separator: "\n")
        #expect(words.first == "RELOADING=1")
        #expect(words.last?.hasPrefix("MONOTONIC_USEC=") == true)
        #expect(manager.receive() == "READY=1")
        #expect(daemon.terminate().code == 0)
    }
}
