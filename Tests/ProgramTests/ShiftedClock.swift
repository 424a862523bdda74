import Foundation
import Testing

/// A time of day for a program by which a quarter of an hour ends soon after its start, see Tests/peers/clock_shift.c.
struct ShiftedClock {
    private let library: String
    /// The quarter in which the test began: a test that runs over the end of one still has them one after the other.
    private let quarter = Int64(Date().timeIntervalSince1970) / 900

    /// Builds the library that the program is started with.
    init(_ box: Installation) throws {
        library = box.folder + "/clock.so"
        let source = Installation.root + "/Tests/peers/clock_shift.c"
        let made = try Peer.run(["/usr/bin/env", "cc", "-shared", "-fPIC", "-O1", "-o", library, source])
        try #require(made.code == 0, "\(made.output)")
    }

    /// Starts a program whose time of day is some seconds before the end of a quarter that is over already.
    ///
    /// - Parameters:
    ///   - arguments: the program and its arguments.
    ///   - lead: seconds from the start of the program to the end of the quarter.
    ///   - quarters: how many quarters before the last one that had ended when the test began.
    /// - Returns: the program, and the end of the quarter in seconds since 1970.
    /// - Throws: when it cannot be started.
    func start(_ arguments: [String], lead: Int64, quarters: Int64 = 0) throws -> (program: Peer, end: Int64) {
        let now = Int64(Date().timeIntervalSince1970)
        let end = (quarter - quarters) * 900
        let words = ["/usr/bin/env", "LD_PRELOAD=\(library)", "CLOCK_SHIFT=\(end - lead - now)"]
        return (try Peer(words + arguments), end)
    }
}
