import Testing

@testable import MeterCore

/// How large requests become for a server that is slow.
struct LargestPieceTests {
    private func batch(_ points: Int) -> Batch {
        Batch(database: "d", policy: .raw, precision: .seconds, lines: [], points: points)
    }

    @Test("half of what took too long is tried, more again bit by bit, and never more than the most")
    func sizes() {
        let piece = LargestPiece(least: 10, most: 100)
        #expect(piece.takes(batch(100)) && !piece.takes(batch(101)))
        piece.tookTooLong(batch(100))
        #expect(piece.takes(batch(50)) && !piece.takes(batch(51)))
        // A small one that took long says more than a large one.
        piece.tookTooLong(batch(30))
        #expect(piece.takes(batch(15)) && !piece.takes(batch(16)))
        for _ in 0..<5 { piece.tookTooLong(batch(1)) }
        #expect(piece.takes(batch(10)) && !piece.takes(batch(11)))
        piece.wasInTime()
        #expect(piece.takes(batch(13)) && !piece.takes(batch(14)))
        for _ in 0..<20 { piece.wasInTime() }
        #expect(piece.takes(batch(100)) && !piece.takes(batch(101)))
    }

    @Test("without a most everything goes at first, and a single line always")
    func unbounded() {
        let piece = LargestPiece()
        #expect(piece.takes(batch(.max)))
        for _ in 0..<3 { piece.wasInTime() }
        #expect(piece.takes(batch(.max)))
        piece.tookTooLong(batch(1))
        #expect(piece.takes(batch(1)) && !piece.takes(batch(2)))
    }
}
