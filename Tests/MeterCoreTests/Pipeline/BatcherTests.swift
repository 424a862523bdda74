import Testing

@testable import MeterCore

@Suite struct BatcherTests {
    @Test("lines that come encoded make no request that is larger than a server takes")
    func encoded() {
        let batcher = Batcher(database: "d")
        let text = [UInt8](String(repeating: "m f=1i 7\n", count: 70_000).utf8)
        for _ in 0..<3 {
            text.withUnsafeBytes { batcher.append(encoded: $0, lines: 70_000, policy: .default) }
        }
        let batches = batcher.take()
        #expect(batches.map(\.points) == [70_000, 70_000, 70_000])
        #expect(batches.allSatisfy { $0.lines.count <= Batcher.largestBatch })
    }
}
