import MeterCore
import MeterIO
import MeterNotation

/// All checks at the same time, each within its time: one that hangs or fails hides no other.
///
/// It only looks. The whole examination ends within its limit, also on a card that does not answer.
struct Examination: Sendable {
    /// The findings of one check under their heading.
    typealias Result = (group: Finding.Group, findings: [Finding])

    /// The checks to make; fewer in tests.
    var checks = HealthChecks.all
    /// Longest time for one check, 20 s, more than any server is given.
    var limit = Duration.seconds(20)

    /// Makes all checks.
    ///
    /// - Parameter patient: the box to look at.
    /// - Returns: the findings of each check, in the order of the checks; one that was late has a finding that says so.
    func run(on patient: Patient) async -> [Result] {
        let (answers, answer) = AsyncStream<(Int, [Finding])?>.makeStream()
        // Not in a group, which would wait for what hangs in the kernel and cannot be cancelled.
        for (number, check) in checks.enumerated() {
            Task(executorPreference: EventLoop.main) { answer.yield((number, await Self.look(check, patient))) }
        }
        let clock = Task(executorPreference: EventLoop.main) {
            if (try? await EventLoop.main.sleep(for: limit)) != nil { answer.yield(nil) }
        }
        defer { clock.cancel() }
        var found: [Int: [Finding]] = [:]
        for await one in answers {
            guard let (number, findings) = one else { break }
            found[number] = findings
            if found.count == checks.count { break }
        }
        return checks.enumerated().map { ($1.group, found[$0] ?? [late($1)]) }
    }

    /// Makes one check: a look at files on a thread of its own, questions on the event loop.
    private static func look(_ check: any HealthCheck, _ patient: Patient) async -> [Finding] {
        switch check {
        case let check as any FileCheck:
            do {
                // On a thread of its own: one that waits for a broken card must not keep the others waiting.
                let thread = try BlockingThread(name: "check")
                defer { thread.stop() }
                return await thread.run { check.look(at: patient) }
            } catch {
                let advice: Phrase = "End what runs too often; see: top"
                return [.wrong(check.group.heading, "it cannot be looked at: \(error)", advice)]
            }
        case let check as any AskingCheck: return await check.ask(patient)
        default: return []
        }
    }

    /// The finding for a check that was not done in time: a disk that hangs, or a server or program that does not
    /// answer.
    private func late(_ check: any HealthCheck) -> Finding {
        let sentence: Phrase = "a look at it (\(type(of: check))) was not done after \(limit)"
        guard check is any FileCheck else {
            let advice: Phrase = "Is this machine overloaded? See: top. Does that server answer others?"
            return .wrong(check.group.heading, "\(sentence): what was asked does not answer", advice)
        }
        return .wrong(
            check.group.heading,
            "\(sentence): the disk does not answer",
            "Look at the kernel's messages: sudo dmesg | tail",
            "A card that hangs is about to fail: save what you can with \(BackupCheck.command), then replace it."
        )
    }
}

/// All checks, in the order in which their findings are shown.
enum HealthChecks {
    /// One of each kind; a check that has nothing to look at finds nothing.
    static let all: [any HealthCheck] = [
        ConfigurationCheck(), PasswordFileCheck(), ServiceCheck(), DaemonCheck(), IdentityCheck(),
        MirrorCheck(), SourceCheck(),
        TokenCheck(),
        SerialPortCheck(), DeviceRightsCheck(), SpoolCheck(), DatabaseCheck(), CentreCheck(), ListenerCheck(),
        StoredReadingsCheck(), BalanceCheck(),
        GrafanaCheck(), DashboardCheck(), ClockCheck(), DiskSpaceCheck(), CardFaultCheck(), CardWriteCheck(),
        JournalCheck(),
        PowerCheck(), TemperatureCheck(), MemoryCheck(), BackupCheck(),
    ]
}
