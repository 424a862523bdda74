import InfluxOutput
import MeterCore
import MeterIO
import Synchronization

/// The page while it is open: its server, its messages, and what it asks the database.
final class OpenPage: Sendable {
    /// A house has a few phones and a tablet; behind a proxy they all have one address.
    private static let limits = HTTPServer.Limits(connections: 128, perAddress: 32, streams: 64)
    /// The shortest time between two messages.
    private static let shortest = Duration.seconds(1)
    /// The longest one, while somebody looks: a page that hears nothing for 30 s opens its stream anew.
    private static let longest = Duration.seconds(10)
    /// The questions that the database gets at once.
    private static let mostQuestions = 3
    /// The attempts to have the last day from the database, a minute apart: it may start after us.
    private static let attempts = 10

    private let house: any WatchedHouse
    private let desk: PageDesk
    private let server: HTTPServer

    /// Listens, and begins to watch the house.
    ///
    /// - Throws: `HTTPServerError` when nobody can listen there, `SystemError` without a descriptor left.
    init(_ settings: PageSettings, at address: ListenAddress, _ house: any WatchedHouse) throws {
        let desk = try PageDesk(settings, house)
        self.house = house
        self.desk = desk
        server = try HTTPServer(at: address, limits: Self.limits) { desk.judge($0) }
        house.watch { [weak desk] in desk?.hear() }
    }

    deinit {
        house.watch(nil)
        desk.giveUp()
    }

    /// Serves until the task is cancelled.
    ///
    /// - Throws: `CancellationError`.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.serve() }
            group.addTask { try await self.sendMessages() }
            group.addTask { await self.askDatabase() }
            group.addTask { await self.fillLastDay() }
            try await group.waitForAll()
        }
    }

    private func serve() async throws {
        while true {
            try await server.waitForWork(until: .now + .seconds(3600))
            server.work()
        }
    }

    /// Sends the state when something flows differently, and now and then in between; asleep while nobody looks.
    private func sendMessages() async throws {
        var last = Uptime(nanoseconds: 0)
        while true {
            let deadline = desk.isWatched.load(ordering: .relaxed) ? last + Self.longest : nil
            try await EventLoop.main.waitUntilReadable(desk.bell.fileDescriptor, until: deadline)
            if Uptime.now < last + Self.shortest { try await EventLoop.main.sleep(until: last + Self.shortest) }
            desk.bell.silence()
            let channels = server.channels
            desk.isWatched.store(!channels.isEmpty, ordering: .relaxed)
            for channel in channels { server.publish(desk.message(channel), to: channel) }
            last = .now
        }
    }

    private func askDatabase() async {
        await withTaskGroup(of: Void.self) { group in
            var count = 0
            for await _ in desk.questions {
                while let job = desk.nextJob() {
                    if count >= Self.mostQuestions { await group.next() } else { count += 1 }
                    group.addTask { job.reply.send(await job.work()) }
                }
            }
        }
    }

    /// Takes the last day from the database, so that the curve is whole right after a start.
    private func fillLastDay() async {
        for _ in 0..<Self.attempts {
            let now = BoxTime.shared.now.seconds
            if BoxTime.shared.trust != .unknown,
                let minutes = try? await house.history().flows(now - 86_400..<now, step: 60)
            {
                return house.fillLastDay(minutes)
            }
            guard (try? await EventLoop.main.sleep(for: .seconds(60))) != nil else { return }
        }
    }
}
