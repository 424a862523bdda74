import Glibc
import Logging
import MeterCore
import MeterIO
import MeterNotation

/// Runs a program once, to its end, and hands over what it prints.
struct ProgramListener {
    /// The bytes read of a program at once, before other sources have their turn.
    ///
    /// The program waits at its full pipe meanwhile.
    private static let gulp = 32 << 10
    /// Maximum number of lines of its error output in the log, 10 a minute.
    private static let mostComplaints = 10
    /// The time for a program to come from its disk where the settings have no limit.
    private static let beginning = Duration.seconds(30)
    /// Maximum number of bytes read after its end.
    ///
    /// A pipe holds less, but a process that it started may go on writing.
    private static let mostAfterEnd = 1 << 20

    /// The settings of the source.
    private let settings: ExecSettings
    /// The log and the status of the source.
    private let context: SourceContext
    /// Takes the points.
    private let receiver: any PointReceiver
    /// Decodes the output.
    private var output: ProgramOutput
    /// The place where large pieces of it are read.
    private let desk = ReadingDesk()
    /// The bytes printed in this run, for the limit `largest`.
    private var printed = 0
    /// The last line of its error output, for the message about its end.
    private var complaint = ""
    /// The number of complaints logged in this minute, and its beginning.
    private var said = (count: 0, since: Uptime.now)
    /// Raised while output cannot be used.
    private var problems = Alarm()
    /// The program of the last run when it could not be ended, even by SIGKILL.
    private var left: Program?
    /// True when the last run gave a reading.
    private(set) var hasRead = false

    /// Prepares a listener; nothing is started yet.
    init(_ settings: ExecSettings, _ context: SourceContext, into receiver: any PointReceiver) {
        self.settings = settings
        self.context = context
        self.receiver = receiver
        output = ProgramOutput(settings, context)
    }

    /// True when the program is to end by itself.
    private var isPeriodic: Bool { settings.running == .periodic }

    /// Runs the program and reads it to its end.
    ///
    /// - Throws: `ProgramFailure` when it does not do its work.
    mutating func run() async throws {
        output.beginRun()
        (printed, complaint, hasRead) = (0, "", false)
        if let left {
            guard left.hasEnded else { throw undead(left) }
            _ = left.collect()
            self.left = nil
        }
        let program = try Program(settings.command, Program.Start(user: settings.user))
        context.status.update { $0.quality["runs", default: 0] += 1 }
        let end: Program.End
        do {
            try await listen(program)
            end = program.collect()
        } catch {
            // Ours or its own mistake: neither it nor its children may stay.
            if Task.isCancelled {
                program.ask()
                for _ in 0..<10 where !program.hasEnded { usleep(10_000) }
            }
            guard program.end() == nil else { throw error }
            left = program
            throw undead(program)
        }
        if let failure = program.failureOfStart { throw failure }
        try await drain(program)
        if isPeriodic { note(try await desk.read(printed, by: &output) { $0.endRun(at: .now) }) }
        let words = complaint.isEmpty ? "" : ": \(complaint)"
        guard end.isGood, isPeriodic else {
            throw ProgramFailure("\(program.path) \(end.inWords)\(words)")
        }
        guard hasRead else {
            throw ProgramFailure("\(program.path) printed no reading that can be used\(words)")
        }
    }

    /// Listens until the program has ended.
    ///
    /// - Throws: `ProgramFailure` when it is late or prints too much, `CancellationError`.
    private mutating func listen(_ program: Program) async throws {
        let startedAt = EventLoop.main.now
        // The time since which an answer is owed; `nil` when none is.
        var waitingSince: Uptime? = startedAt
        var nudgeAt = settings.signal == .stdin ? waitingSince : nil
        while true {
            context.status.beat()
            let now = EventLoop.main.now
            if let due = nudgeAt, now >= due {
                // A program that does not read its input has its answer late, and is given up then.
                if !program.nudge() { context.status.update { $0.quality["not listening", default: 0] += 1 } }
                nudgeAt = now + settings.every
                waitingSince = waitingSince ?? now
            }
            var deadline = now + .seconds(20)
            if now >= startedAt + (settings.timeout ?? Self.beginning), program.isBeginning {
                throw ProgramFailure("\(program.path) is not started: its disk does not answer")
            }
            if let limit = settings.timeout, let since = waitingSince {
                guard now < since + limit else {
                    context.status.update { $0.quality["timeouts", default: 0] += 1 }
                    throw ProgramFailure("\(program.path) \(lateInWords(limit)) and was ended")
                }
                deadline = min(deadline, since + limit)
            }
            if let nudgeAt { deadline = min(deadline, nudgeAt) }
            let before = printed
            try await wait(for: program, until: deadline)
            let isComplaining = complain(program)
            let bytes = Program.take(program.output, atMost: Self.gulp)
            if let bytes, !bytes.isEmpty { try await hear(bytes, program.path) }
            if printed != before, !isPeriodic { waitingSince = settings.signal == .stdin ? nil : EventLoop.main.now }
            if program.hasEnded { return }
            // A program that prints without end waits at its pipe, and the other sources have their turn; one that has
            // closed its output is not looked at all the time.
            if isComplaining || bytes?.isEmpty != true {
                try await EventLoop.main.sleep(for: .milliseconds(bytes == nil ? 200 : 20))
            }
        }
    }

    /// The end of a sentence about a program that was ended for being late.
    private func lateInWords(_ limit: Duration) -> String {
        let seconds = limit / .seconds(1)
        return isPeriodic
            ? MeterNotation.said("took longer than \(seconds) s")
            : MeterNotation.said("printed nothing for \(seconds) s")
    }

    /// The failure for a program that even SIGKILL does not end.
    private func undead(_ program: Program) -> ProgramFailure {
        ProgramFailure(
            "\(program.path) does not end, even when it is killed: does it wait for a device, or run as another user? "
                + "It is started again once it has ended"
        )
    }

    /// Waits until it prints, complains or ends.
    private func wait(for program: Program, until deadline: Uptime) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for descriptor in [program.output, program.errors, program.handle] {
                group.addTask { try await EventLoop.main.waitUntilReadable(descriptor, until: deadline) }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Reads the pipes to their end after the program has ended.
    ///
    /// - Throws: `CancellationError`.
    private mutating func drain(_ program: Program) async throws {
        _ = complain(program)
        var left = Self.mostAfterEnd
        while left > 0, let bytes = Program.take(program.output, atMost: Self.gulp), !bytes.isEmpty {
            do { try await hear(bytes, program.path) } catch is ProgramFailure { return }
            left -= bytes.count
        }
    }

    // MARK: - What it prints

    /// Takes output.
    ///
    /// - Throws: `ProgramFailure` when a run has printed more than `largest`.
    private mutating func hear(_ bytes: [UInt8], _ path: String) async throws {
        printed &+= bytes.count
        if isPeriodic, printed > settings.largest {
            throw ProgramFailure("\(path) printed more than \(settings.largest) bytes and was ended")
        }
        // What is only gathered is not copied for another thread.
        let size = output.gathers ? 0 : bytes.count
        note(try await desk.read(size, by: &output) { $0.hear(bytes, at: .now) })
    }

    /// Hands over points, and notes problems.
    private mutating func note(_ readings: [FieldReading]) {
        for reading in readings {
            if !reading.points.isEmpty {
                hasRead = true
                context.status.didRead(at: .now(), held: reading.held)
                for point in reading.points { receiver.append(point) }
            } else if reading.problems.isEmpty {
                // A reading that is held or has no value now is an answer, too.
                hasRead = true
                context.status.update { $0.held += reading.held }
            }
            note(reading.problems)
        }
    }

    /// Notes output that cannot be used; the log has one line for each different kind.
    private mutating func note(_ sentences: [String]) {
        guard let first = sentences.first else { return }
        context.status.update { status in
            status.errors += sentences.count
            status.lastError = first
            status.lastErrorAt = Timestamp.now().seconds
            status.quality["refused", default: 0] += 1
        }
        guard let repeats = problems.raise(String(first.prefix { $0 != ":" })) else { return }
        context.logger.warning("What the program prints cannot be used", reason: first, repeats: repeats)
    }

    /// Puts its error output into the log, at most ten lines a minute of 300 characters each.
    ///
    /// - Returns: true when there was some.
    private mutating func complain(_ program: Program) -> Bool {
        var left = Self.gulp
        while left > 0, let bytes = Program.take(program.errors, atMost: 4096), !bytes.isEmpty {
            left -= bytes.count
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                let text = String(decoding: line.prefix(300), as: UTF8.self).filter { !$0.isNewline && $0 != "\u{1B}" }
                guard text.contains(where: { !$0.isWhitespace }) else { continue }
                complaint = text
                let now = Uptime.now
                if now.seconds(since: said.since) >= 60 { said = (0, now) }
                said.count += 1
                if said.count <= Self.mostComplaints {
                    context.logger.notice("The program says", metadata: ["text": "\(text)"])
                }
            }
        }
        return left < Self.gulp
    }
}

/// An error with a sentence why a program gave no reading.
private struct ProgramFailure: Error, CustomStringConvertible {
    /// The sentence, with the program's path.
    var description: String

    /// Makes an error of a sentence.
    init(_ sentence: Phrase) { description = said(sentence) }
}
