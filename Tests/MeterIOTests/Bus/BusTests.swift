import Glibc
import MeterCore
import MeterIO
import Synchronization
import Testing

/// Devices on one pseudo-terminal that answer `?A1!` with `#A1.`, each in its own way.
private final class FakeDevices: Sendable {
    /// What devices do with a request.
    enum Habit: Sendable {
        case answers(after: Duration)
        case dead
        /// Sends these bytes instead.
        case says(String)
        /// Sends the bytes one by one.
        case dribbles
    }

    private let habits: Mutex<[Character: Habit]>
    /// The requests, each with the speed of the line.
    private let heardSoFar = Mutex<[String]>([])
    private let answeredSoFar = Mutex(0)
    private let echoes: Bool

    let terminal: PseudoTerminal

    init(_ habits: [Character: Habit], echoes: Bool = false) throws {
        terminal = try PseudoTerminal()
        self.habits = Mutex(habits)
        self.echoes = echoes
    }

    var heard: [String] { heardSoFar.withLock { $0 } }
    var answered: Int { answeredSoFar.withLock { $0 } }

    func set(_ device: Character, _ habit: Habit) { habits.withLock { $0[device] = habit } }

    /// Answers until cancelled.
    func serve(_ loop: EventLoop) async throws {
        var came = ""
        while true {
            try await loop.waitUntilReadable(terminal.descriptor)
            let bytes = try terminal.read()
            if echoes { _ = try terminal.write(bytes[...]) }
            came += String(decoding: bytes, as: UTF8.self)
            while let end = came.firstIndex(of: "!") {
                let request = came[...end].suffix(4)
                came = String(came[came.index(after: end)...])
                heardSoFar.withLock { $0.append("\(request)\(terminal.readerBaud)") }
                guard request.count == 4, let letter = request.dropFirst().first else { continue }
                let answer = [UInt8]("#\(request.dropFirst().dropLast()).".utf8)
                switch habits.withLock({ $0[letter] ?? .dead }) {
                case .answers(let pause):
                    try await loop.sleep(for: pause)
                    _ = try terminal.write(answer[...])
                    answeredSoFar.withLock { $0 += 1 }
                case .says(let text): _ = try terminal.write([UInt8](text.utf8)[...])
                case .dribbles:
                    for byte in answer {
                        try await loop.sleep(for: .milliseconds(30))
                        _ = try terminal.write([byte][...])
                    }
                case .dead: break
                }
            }
        }
    }
}

/// One after the other, since the kernel gives the name of a closed pseudo-terminal to the next one.
@Suite(.serialized, .timeLimit(.minutes(10))) struct BusTests {
    /// A pseudo-terminal with devices, and a bus on it, while the body runs.
    private func onBus<Value: Sendable>(
        _ devices: FakeDevices,
        _ body: @escaping @Sendable (Bus, EventLoop) async throws -> Value
    ) async throws -> Value {
        try await onLoop { loop in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await devices.serve(loop) }
                defer { group.cancelAll() }
                let bus = try await Bus.serial(
                    at: devices.terminal.name,
                    format: SerialSettings(baud: 9600),
                    loop: loop
                )
                return try await body(bus, loop)
            }
        }
    }

    private static func settings(
        _ baud: Int = 9600,
        timeout: Duration = .milliseconds(300),
        pause: Duration = .zero,
        tries: Int = 1
    ) -> BusSettings {
        BusSettings(format: SerialSettings(baud: baud), timeout: timeout, pause: pause, tries: tries)
    }

    private static func ask(_ device: BusDevice, _ request: String) async throws -> String {
        let letter = request.first ?? "?"
        let answer = try await device.exchange([UInt8]("?\(request)!".utf8), for: request, answer: lettered(letter))
        return String(decoding: answer, as: UTF8.self)
    }

    private static func expect(_ device: BusDevice, _ request: String, _ answer: String) async throws {
        let came = try await ask(device, request)
        #expect(came == answer)
    }

    @Test("devices take turns, each at its own speed")
    func turns() async throws {
        let devices = try FakeDevices(["A": .answers(after: .zero), "B": .answers(after: .milliseconds(20))])
        try await onBus(devices) { bus, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (letter, baud) in [("A", 19_200), ("B", 2400)] {
                    group.addTask {
                        let device = bus.device("device \(letter)", Self.settings(baud))
                        for number in 0..<8 {
                            try await Self.expect(device, "\(letter)\(number)", "#\(letter)\(number).")
                        }
                        #expect(device.counts.answers == 8 && device.counts.requests == 8)
                    }
                }
                try await group.waitForAll()
            }
        }
        let expected = (0..<8).flatMap { ["?A\($0)!19200", "?B\($0)!2400"] }
        #expect(devices.heard == expected || devices.heard == expected.enumerated().map { expected[$0.offset ^ 1] })
    }

    @Test("an answer in pieces, after an echo and after another device's late one, is the answer")
    func pieces() async throws {
        let devices = try FakeDevices(["A": .dribbles, "B": .says("#A9.#B1.")], echoes: true)
        try await onBus(devices) { bus, _ in
            try await Self.expect(bus.device("A", Self.settings()), "A1", "#A1.")
            let device = bus.device("B", Self.settings())
            try await Self.expect(device, "B1", "#B1.")
            #expect(device.counts.skippedBytes == 4)
        }
    }

    @Test("an answer that comes too late is not taken for the next one")
    func late() async throws {
        let devices = try FakeDevices(["A": .answers(after: .milliseconds(800))])
        try await onBus(devices) { bus, loop in
            let device = bus.device("A", Self.settings(timeout: .milliseconds(100)))
            await #expect(throws: BusError.self) { try await Self.ask(device, "A1") }
            while devices.answered == 0 { try await loop.sleep(for: .milliseconds(5)) }
            devices.set("A", .answers(after: .zero))
            // This protocol would take `#A1.` for an answer to any request, as Aurora would.
            try await Self.expect(device, "A2", "#A2.")
            #expect(device.counts.silences == 1)
        }
    }

    @Test("what is wrong is said: which device, what it was asked, what came")
    func sentences() async throws {
        let devices = try FakeDevices(["A": .says("#A1"), "B": .says("#B1x#B1.")])
        try await onBus(devices) { bus, loop in
            func sentence(_ device: BusDevice, _ request: String) async -> String {
                do { return try await Self.ask(device, request) } catch { return "\(error)" }
            }
            let name = bus.name
            #expect(
                await sentence(bus.device("meter A", Self.settings()), "A1")
                    == "meter A on \(name) gave a wrong answer when asked for A1: "
                    + "no whole answer came (came: 23 41 31)"
            )
            let second = bus.device("meter B", Self.settings())
            #expect(await sentence(second, "B1").contains("no full stop (came: 23 42 31 78"))
            let dead = bus.device("meter C", Self.settings())
            #expect(
                await sentence(dead, "C1")
                    == "meter C on \(name) does not answer when asked for C1: nothing came within 0.3 s"
            )
            #expect(dead.failures == 1)
            _ = await sentence(dead, "C2")
            #expect(await sentence(dead, "C3").contains("it is asked again in 1 s"))
            #expect(dead.counts.requests == 2, "a device that rests is not asked")
            // What was left of the wrong answer does not spoil the next exchange.
            devices.set("B", .answers(after: .zero))
            try await Self.expect(second, "B2", "#B2.")
        }
    }

    @Test("a request is sent again when its answer was lost, but not for long")
    func tries() async throws {
        let devices = try FakeDevices(["A": .dead])
        try await onBus(devices) { bus, _ in
            let device = bus.device("A", Self.settings(timeout: .milliseconds(50), tries: 2))
            await #expect(throws: BusError.self) { try await Self.ask(device, "A1") }
            #expect(device.counts.requests == 2)
        }
    }

    @Test("a dead device costs the others its time-out now and then, and no more")
    func deadDevice() async throws {
        let devices = try FakeDevices(["A": .answers(after: .zero)])
        try await onBus(devices) { bus, loop in
            let alive = bus.device("A", Self.settings())
            let dead = bus.device("B", Self.settings(timeout: .milliseconds(50)))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    while true {
                        _ = try? await Self.ask(dead, "B1")
                        try await loop.sleep(for: .milliseconds(5))
                    }
                }
                for number in 0..<200 {
                    try await Self.expect(alive, "A\(number % 10)", "#A\(number % 10).")
                    try await loop.sleep(for: .milliseconds(5))
                }
                group.cancelAll()
            }
            // By its own account, not by a clock of ours: with each request its rest doubles.
            let asked = dead.counts.requests
            #expect(asked >= 2 && asked <= 8, "asked \(asked) times")
            #expect(alive.counts.answers == 200)
        }
    }

    @Test("a cancelled exchange gives its turn back, and its late answer does no harm")
    func cancelled() async throws {
        let devices = try FakeDevices(["A": .answers(after: .milliseconds(80))])
        try await onBus(devices) { bus, loop in
            let device = bus.device("A", Self.settings())
            let error = await withTaskGroup(of: BusError?.self) { group in
                group.addTask {
                    do { _ = try await Self.ask(device, "A1") } catch { return error as? BusError }
                    return nil
                }
                try? await loop.sleep(for: .milliseconds(20))
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(error?.reason == .cancelled)
            try await Self.expect(device, "A2", "#A2.")
        }
    }

    @Test("all names of a line lead to one bus, which closes the line with its last device")
    func sharing() async throws {
        try await onLoop { loop in
            var terminal = try PseudoTerminal()
            let link = "/tmp/boxenergie-bus-\(getpid())"
            try terminal.link(at: link)
            let format = SerialSettings(baud: 9600)
            var first: BusDevice? = try await Bus.serial(at: link, format: format, loop: loop).device(
                "A",
                Self.settings()
            )
            let second = try await Bus.serial(at: terminal.name, format: format, loop: loop).device(
                "B",
                Self.settings()
            )
            #expect(first?.bus === second.bus)
            let before = ObjectIdentifier(second.bus)
            first = nil
            // The source of the first device was configured anew; the second one never noticed.
            first = try await Bus.serial(at: link, format: format, loop: loop).device("A", Self.settings())
            #expect(first.map { ObjectIdentifier($0.bus) } == before)
            #expect(throws: SerialError.self) { _ = try SerialPort(path: link, settings: format) }
            let baud = terminal.readerBaud
            #expect(baud == 9600, "and the terminal lives until here")
        }
    }

    @Test("a line that nobody uses any more is free, and a lost one is opened anew")
    func lost() async throws {
        try await onLoop { loop in
            let link = "/tmp/boxenergie-lost-bus-\(getpid())"
            let format = SerialSettings(baud: 9600)
            var terminal: PseudoTerminal? = try PseudoTerminal()
            try terminal?.link(at: link)
            var device: BusDevice? = try await Bus.serial(at: link, format: format, loop: loop).device(
                "A",
                Self.settings()
            )
            device = nil
            device = try await Bus.serial(at: link, format: format, loop: loop).device("A", Self.settings())
            terminal = nil
            do {
                if let device { _ = try await Self.ask(device, "A1") }
                Issue.record("a line without another end was of use")
            } catch {
                #expect((error as? BusError)?.reason == .lineLost)
                #expect("\(error)" == "\(link) is gone; it is opened again as soon as it is back")
            }
            let isOpen = device?.bus.isOpen
            #expect(isOpen == false)
            var next = try PseudoTerminal()
            try next.link(at: link)
            let again = try await Bus.serial(at: link, format: format, loop: loop)
            #expect(again.isOpen && again !== device?.bus)
            #expect(!next.name.isEmpty, "and the terminal lives until here")
        }
    }
}
