import Foundation
import MeterCore
import Testing

@testable import MeterIO

/// The identity of a box, on its machine, another one, and after a restore.
@Suite struct BoxIdentityTests {
    private let state = NSTemporaryDirectory() + "boxenergie-identity-\(UUID().uuidString)"
    private let pi = MachineNumber(bytes: [1, 2, 3])
    private let other = MachineNumber(bytes: [1, 2, 4])

    @Test("it is made once, and is the same whenever it is asked for")
    func lasting() {
        defer { try? FileManager.default.removeItem(atPath: state) }
        let first = BoxIdentity.of(state, on: pi)
        #expect(BoxIdentity.isWord(first.word) && first.condition == .known)
        #expect(BoxIdentity.of(state, on: pi).word == first.word)
        let another = BoxIdentity.of(state + "-2", on: pi)
        defer { try? FileManager.default.removeItem(atPath: state + "-2") }
        #expect(another.word != first.word && another.machine != first.machine)
        for wrong in ["k7f39-x2m4", "k7f39x2m4t", "K7f39-x2m4t", "k7f39-x2mit", ""] {
            #expect(!BoxIdentity.isWord(wrong))
        }
    }

    @Test("in another machine it is a copy, until somebody keeps or renews it, unless a backup brought it there")
    func machines() throws {
        defer { try? FileManager.default.removeItem(atPath: state) }
        let first = BoxIdentity.of(state, on: pi)
        #expect(BoxIdentity.of(state, on: other).isCopied && BoxIdentity.of(state, on: other).word == first.word)
        try BoxIdentity.of(state, on: other).keep(state)
        #expect(BoxIdentity.of(state, on: other).condition == .known && BoxIdentity.of(state, on: pi).isCopied)
        try "".write(toFile: BoxIdentity.restoreMark(state), atomically: true, encoding: .utf8)
        #expect(BoxIdentity.of(state, on: pi).condition == .restored)
        BoxIdentity.forgetRestore(state)
        #expect(BoxIdentity.of(state, on: pi).condition == .known)
        let renewed = try BoxIdentity.renew(state, on: pi)
        #expect(renewed.word != first.word && BoxIdentity.of(state, on: pi).word == renewed.word)
    }

    @Test("a damaged file is no new box: the machine lends an identity until somebody decides")
    func damaged() throws {
        defer { try? FileManager.default.removeItem(atPath: state) }
        let first = BoxIdentity.of(state, on: pi)
        let file = state + "/identity"
        for text in ["", "box=k7f39\nmachine=1\n", "\0\0\0\0", "machine=0123456789abcdef\n"] {
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            let found = BoxIdentity.of(state, on: pi)
            #expect(found.isLent && found.word != first.word, "\(text)")
            #expect(throws: DiskError.self) { try found.ownWord() }
            #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
        }
        // The word is there, and nobody knows whose.
        try "box=\(first.word)\n".write(toFile: file, atomically: true, encoding: .utf8)
        #expect(BoxIdentity.of(state, on: pi).isCopied && BoxIdentity.of(state, on: pi).word == first.word)
        try "".write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try BoxIdentity.renew(state, on: pi).word == BoxIdentity.of(state, on: pi).ownWord())
    }

    @Test("without a place for it the machine lends one, always the same")
    func unsaved() {
        let found = BoxIdentity.of("/proc/none", on: pi)
        guard case .unsaved = found.condition else {
            Issue.record("\(found)")
            return
        }
        #expect(found.word == BoxIdentity.of("/proc/none", on: pi).word && BoxIdentity.isWord(found.word))
        #expect(found.word != BoxIdentity.of("/proc/none", on: other).word)
    }

    @Test("a board is known by its serial number, another machine by its machine-id")
    func numbers() throws {
        defer { try? FileManager.default.removeItem(atPath: state) }
        func machine(_ serial: String?, _ identifier: String) throws -> UInt64 {
            try? FileManager.default.removeItem(atPath: state)
            for (path, text) in [
                ("sys/firmware/devicetree/base/serial-number", serial), ("etc/machine-id", identifier),
            ] {
                guard let text else { continue }
                let file = URL(fileURLWithPath: "\(state)/\(path)")
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(),
                    withIntermediateDirectories: true
                )
                try text.write(to: file, atomically: true, encoding: .utf8)
            }
            return MachineNumber(root: state).number
        }
        let first = try machine("10000000abcdef01\0", "a")
        #expect(try machine("10000000abcdef01\0", "b") == first && machine("10000000abcdef02\0", "a") != first)
        #expect(try machine(nil, "a") != machine(nil, "b"))
    }
}
