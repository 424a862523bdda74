import CPostgres
import MeterCore
import MeterIO
import MeterNotation

/// A connection to a PostgreSQL server, used by one thread at a time.
final class PostgresConnection: @unchecked Sendable {
    // Safe because: its line has it under a lock, and alone owns it.
    /// A statement that was not carried out, or a server that does not answer.
    struct Failure: Error, Sendable, CustomStringConvertible {
        /// The SQLSTATE; empty without an answer.
        var state = ""
        /// The server's words, or libpq's.
        var description: String
        /// True when the connection is of no more use; nobody knows then what became of a statement without a state.
        var isOver = true
        /// False for a failure before there was any row, which none of them can be the reason of.
        var isOfRows = true
    }

    /// Seconds that a statement may take, one with nothing going on and any.
    struct Patience: Sendable {
        var stall: CInt
        var whole: CInt

        /// Readings are written: a server that says nothing for so long is dead.
        static let usual = Patience(stall: 30, whole: 120)
        /// Tables of years are changed, and the server says nothing meanwhile.
        static let long = Patience(stall: 3600, whole: 3600)
    }

    private let patience: Patience

    private let handle: UnsafeMutableRawPointer
    private let bell: CInt

    /// Connects.
    ///
    /// - Parameters:
    ///   - words: the words of libpq and what they are.
    ///   - bell: gives everything up when it rings.
    ///   - patience: the time that a statement may take.
    /// - Throws: `Failure` with the server's words.
    init(_ words: [(String, String)], bell: Bell, patience: Patience = .usual) throws(Failure) {
        guard cpostgres_is_there() else {
            throw Failure(description: said("PostgreSQL needs libpq; install it with: sudo apt install libpq5"))
        }
        (self.bell, self.patience) = (bell.fileDescriptor, patience)
        var answer = cpostgres_answer()
        let connecting = cpostgres_patience(bell: self.bell, stall: 10, whole: 20)
        let handle = withWords(words.map { Array($0.0.utf8) }) { names in
            withWords(words.map { Array($0.1.utf8) }) { cpostgres_connect(names, $0, connecting, &answer) }
        }
        guard let handle else { throw Failure(connecting: Self.text(answer.text)) }
        self.handle = handle
    }

    deinit { cpostgres_close(handle) }

    /// Has a statement carried out, or several without parameters.
    ///
    /// - Parameters:
    ///   - statement: SQL with `$1` and so on.
    ///   - parameters: as text.
    /// - Returns: the first value of the first row; empty without any.
    /// - Throws: `Failure`.
    @discardableResult
    func perform(_ statement: String, _ parameters: [[UInt8]] = []) throws(Failure) -> String {
        var answer = cpostgres_answer()
        let patience = cpostgres_patience(bell: bell, stall: patience.stall, whole: patience.whole)
        let isAlive = withWords(parameters) {
            cpostgres_perform(handle, statement, CInt(parameters.count), $0, patience, &answer)
        }
        guard answer.is_done else {
            var failure = Self.failure(answer)
            failure.isOver = !isAlive
            throw failure
        }
        return Self.text(answer.value)
    }

    /// A password as the server keeps it: nobody finds it in the server's log.
    ///
    /// - Throws: `Failure` when libpq cannot make it.
    func scramble(_ password: String, of user: String) throws(Failure) -> String {
        var text = [CChar](repeating: 0, count: 512)
        guard cpostgres_scramble(handle, password, user, &text, text.count) else {
            throw Failure(description: said("libpq cannot hash the password of \(user)"))
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func failure(_ answer: cpostgres_answer) -> Failure {
        Failure(state: text(answer.state), description: text(answer.text).trimmed)
    }

    /// The text of an array of characters that ends with 0.
    private static func text<Characters>(_ characters: Characters) -> String {
        withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

/// Lends a list of texts as C has it: each ends with 0, the list with NULL.
private func withWords<Result>(
    _ words: [[UInt8]],
    _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
) -> Result {
    let bytes = UnsafeMutableBufferPointer<CChar>.allocate(capacity: words.reduce(1) { $0 + $1.count + 1 })
    defer { bytes.deallocate() }
    return withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: words.count + 1) { list in
        list.initialize(repeating: nil)
        var place = 0
        for (number, word) in words.enumerated() {
            list[number] = bytes.baseAddress.map { UnsafePointer($0 + place) }
            word.withUnsafeBytes { UnsafeMutableRawBufferPointer(bytes)[place...].copyBytes(from: $0) }
            place += word.count + 1
            bytes[place - 1] = 0
        }
        guard let start = list.baseAddress else { preconditionFailure("a list has at least its end") }
        return body(UnsafePointer(start))
    }
}
