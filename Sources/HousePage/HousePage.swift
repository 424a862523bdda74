public import Logging
import MeterCore
import MeterIO

/// The page of the house: served while the configuration has it, and else nothing at all.
public final class HousePage: Sendable {
    /// The time between two attempts to listen, where another program has the port or the network is not there yet.
    private static let pause = Duration.seconds(10)

    private let house: any WatchedHouse
    private let logger: Logger
    private let wishes: AsyncStream<PageSettings?>
    private let wish: AsyncStream<PageSettings?>.Continuation

    /// Makes the page; nothing is served before `run`.
    ///
    /// - Parameters:
    ///   - settings: `nil` for no page.
    ///   - house: what it shows.
    ///   - logger: hears where it is, and why it is not.
    public init(_ settings: PageSettings?, of house: any WatchedHouse, logger: Logger) {
        self.house = house
        self.logger = logger
        (wishes, wish) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        wish.yield(settings)
    }

    /// Goes on with other settings; with the same ones nothing happens.
    public func change(to settings: PageSettings?) { wish.yield(settings) }

    /// Serves until the task is cancelled.
    public func run() async {
        await withTaskGroup(of: Void.self) { group in
            var settings: PageSettings?
            var serving: Cancellable?
            for await next in wishes where next != settings {
                settings = next
                serving?.cancel()
                // The address is free once the one before has ended.
                await group.waitForAll()
                serving = next.map { settings in Cancellable { await self.serve(settings) } }
                if let serving { group.addTask { await serving.run() } }
            }
        }
    }

    private func serve(_ settings: PageSettings) async {
        guard let address = settings.address else { return }
        var alarm = Alarm()
        while !Task.isCancelled {
            do {
                let page = try OpenPage(settings, at: address, house)
                logger.notice("The page of the house is open", metadata: ["address": "http://\(address)/"])
                try await page.run()
            } catch is CancellationError {
                return
            } catch {
                if alarm.raise("\(error)") != nil {
                    logger.error("The page of the house cannot be opened", metadata: ["reason": "\(error)"])
                }
                try? await EventLoop.main.sleep(for: Self.pause)
            }
        }
    }
}
