import Foundation
import MeterIO
import Synchronization

/// A Linky in mode standard whose registers a test sets: it says them once a second on a pseudo-terminal.
final class SpokenLinky: Sendable {
    private let line: PseudoTerminal
    /// What it drew and injected so far, in Wh.
    private let registers: Mutex<(drawn: Int64, injected: Int64)>
    private let task = Mutex<Task<Void, any Error>?>(nil)

    /// Begins to speak.
    ///
    /// - Parameters:
    ///   - path: of the link that a reader opens.
    ///   - drawn: what it drew so far, in Wh.
    ///   - injected: what it injected so far, in Wh.
    /// - Throws: when the system has no pseudo-terminal.
    init(at path: String, drawn: Int64, injected: Int64) throws {
        var line = try PseudoTerminal()
        try line.link(at: path)
        self.line = line
        registers = Mutex((drawn, injected))
        task.withLock { task in
            task = Task { [weak self] in
                while !Task.isCancelled {
                    _ = try self?.say()
                    try await Task.sleep(for: .seconds(1))
                }
            }
        }
    }

    deinit { task.withLock { $0?.cancel() } }

    /// Draws so many Wh more, one in each frame, as no more is possible in a second.
    func draw(_ wattHours: Int) async throws {
        for _ in 0..<wattHours {
            registers.withLock { $0.drawn += 1 }
            try await Task.sleep(for: .seconds(1))
        }
    }

    private func say() throws {
        let (drawn, injected) = registers.withLock { $0 }
        func padded(_ number: Int64) -> String {
            String(repeating: "0", count: max(0, 9 - "\(number)".count)) + "\(number)"
        }
        let groups = [
            ("ADSC", "041876097234"), ("VTIC", "02"), ("NGTF", "      BASE      "), ("LTARF", "      BASE      "),
            ("EAST", padded(drawn)), ("EASF01", padded(drawn)), ("EASD01", padded(drawn)), ("EAIT", padded(injected)),
            ("IRMS1", "000"), ("URMS1", "231"), ("PREF", "09"), ("PCOUP", "09"), ("SINSTS", "00000"),
            ("SINSTI", "00000"), ("STGE", "003A0101"), ("PRM", "19123456789012"), ("RELAIS", "000"), ("NTARF", "01"),
        ]
        var bytes: [UInt8] = [0x02]
        for (label, data) in groups {
            let body = [UInt8]("\(label)\t\(data)\t".utf8)
            bytes += [0x0A] + body + [UInt8(body.reduce(0) { $0 + Int($1) } & 0x3F) + 0x20, 0x0D]
        }
        bytes.append(0x03)
        _ = try line.write(bytes[...])
    }
}
