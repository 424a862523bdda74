import Foundation
import MeterCore
import MeterIO
import Synchronization
import Testing

/// Numbers that several tasks note.
private final class Noted: Sendable {
    private let numbers = Mutex<[Int]>([])

    var all: [Int] { numbers.withLock { $0 } }

    /// Notes a number, and says how many there are now.
    @discardableResult
    func note(_ number: Int) -> Int {
        numbers.withLock { numbers in
            numbers.append(number)
            return numbers.count
        }
    }
}

@Suite struct LocalServerTests {
    private let path = "/tmp/boxenergie-local-\(UUID().uuidString)"

    private func failure(_ path: String) -> LocalServer.Failure? {
        do throws(LocalServer.Failure) {
            _ = try LocalServer(path, SOCK_STREAM, mode: 0o600)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "callers are served one after the other; a second server is refused, and takes the place of one that has ended"
    )
    func serves() throws {
        do {
            let server = try LocalServer(path, SOCK_STREAM, mode: 0o640)
            #expect(FileStatus(path)?.mode == 0o640)
            #expect(failure(path) == .inUse)
            let callers = try (0..<3).map { _ in try #require(LocalServer.connection(to: path, SOCK_STREAM)) }
            try EventLoop.main.run {
                let served = Noted()
                await withTaskGroup(of: Void.self) { group in
                    group.addTask {
                        await server.serve { client in
                            // The failed second server has called, too, and has gone.
                            let number = served.note(0)
                            _ = "\(number)".withCString { send(client, $0, 1, Int32(MSG_NOSIGNAL)) }
                            if number == 4 { withUnsafeCurrentTask { $0?.cancel() } }
                        }
                    }
                }
            }
            let answers = callers.map { caller in
                defer { close(caller) }
                var byte: UInt8 = 0
                return recv(caller, &byte, 1, 0) == 1 ? byte : 0
            }
            #expect(answers == [UInt8]("234".utf8))
        }
        #expect(!DiskFile.isThere(path) && LocalServer.connection(to: path, SOCK_STREAM) == nil)
        #expect(failure(path) == nil)
    }

    @Test("an answer of any length arrives whole, and who does not read it keeps nobody waiting for long")
    func long() throws {
        let server = try LocalServer(path, SOCK_STREAM, mode: 0o600)
        let mute = try #require(LocalServer.connection(to: path, SOCK_STREAM))
        defer { close(mute) }
        let file = OpenFile(descriptor: try #require(LocalServer.connection(to: path, SOCK_STREAM)), name: path)
        let answer = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let taken = Noted()
        let reader = Thread { taken.note((try? file.readAll()) == answer ? 1 : 0) }
        reader.start()
        try EventLoop.main.run {
            let served = Noted()
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    await server.serve { client in
                        await LocalServer.send(answer, to: client)
                        if served.note(0) == 2 { withUnsafeCurrentTask { $0?.cancel() } }
                    }
                }
            }
        }
        while taken.all.isEmpty { usleep(1000) }
        #expect(taken.all == [1])
    }

    @Test("a place where no socket can be is refused")
    func refused() { #expect(failure("/nowhere/at/all/socket") == .refused) }

    @Test("turns are taken in the order of asking, and who gives up asking takes none")
    func turns() throws {
        let turns = Turns()
        // A loop of its own: other tests run pieces of the main one's tasks on their threads, in any order.
        let loop = EventLoop()
        let order = try loop.run { () -> [Int] in
            let order = Noted()
            try await turns.take()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<5 {
                    group.addTask {
                        if number == 2 { withUnsafeCurrentTask { $0?.cancel() } }
                        do { try await turns.take() } catch { return }
                        order.note(number)
                        turns.end()
                    }
                }
                try await loop.sleep(for: .milliseconds(1))
                turns.end()
                try await group.waitForAll()
            }
            return order.all
        }
        #expect(order == [0, 1, 3, 4])
    }

    @Test("one who takes long keeps no other waiting, where several are served at once")
    func together() throws {
        let server = try LocalServer(path, SOCK_STREAM, mode: 0o600)
        let callers = try (0..<2).map { _ in try #require(LocalServer.connection(to: path, SOCK_STREAM)) }
        defer { for caller in callers { close(caller) } }
        try EventLoop.main.run {
            let served = Noted()
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    await server.serve(atOnce: 4) { _ in
                        guard served.note(1) == 1 else { return }
                        // The first one ends when the second one was served.
                        while served.all.count < 2 {
                            guard (try? await EventLoop.main.sleep(for: .milliseconds(1))) != nil else { return }
                        }
                        served.note(2)
                    }
                }
                while served.all.count < 3 { try? await EventLoop.main.sleep(for: .milliseconds(1)) }
                group.cancelAll()
            }
            #expect(served.all == [1, 1, 2])
        }
    }
}
