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

    @Test("at a broker two machines with one card have two names, which stay the same")
    func clientNames() {
        #expect(pi.clientName == MachineNumber(bytes: [1, 2, 3]).clientName && pi.clientName.count == 8)
        #expect(pi.clientName != other.clientName)
        let address = MachineNumber(bytes: [1, 2, 3], addresses: [[7]])
        #expect(address.clientName == MachineNumber(bytes: [9], addresses: [[7]]).clientName)
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

    @Test("a copied card is found by the interfaces of the board, whose system has the number of the other one")
    func interfaces() throws {
        defer { try? FileManager.default.removeItem(atPath: state) }
        func machine(_ addresses: UInt8...) -> MachineNumber {
            MachineNumber(bytes: [1, 2, 3], addresses: addresses.map { [$0] })
        }
        let first = BoxIdentity.of(state, on: machine(7, 8))
        let copy = BoxIdentity.of(state, on: machine(9))
        #expect(copy.isCopied && copy.word == first.word && copy.machineNumber != first.machineNumber)
        // A driver that is late, an interface that is gone, and none at all, as in a rescue system.
        for known in [machine(8), machine(7), machine(8, 9), machine()] {
            let found = BoxIdentity.of(state, on: known)
            #expect(found.condition == .known && found.machine == first.machine)
        }
        try BoxIdentity.of(state, on: machine(9)).keep(state)
        #expect(BoxIdentity.of(state, on: machine(9)).condition == .known)
        #expect(BoxIdentity.of(state, on: machine(7, 8)).isCopied)
    }

    @Test("a box from before interfaces were looked at stays what it was, and its copies are found from then on")
    func earlier() throws {
        defer { try? FileManager.default.removeItem(atPath: state) }
        let system = MachineNumber(bytes: [1, 2, 3])
        let before = BoxIdentity.of(state, on: system)
        let text = try String(contentsOfFile: state + "/identity", encoding: .utf8)
        #expect(text == "box=\(before.word)\nmachine=\(before.machine)\n")
        let now = BoxIdentity.of(state, on: MachineNumber(bytes: [1, 2, 3], addresses: [[7]]))
        #expect(now.condition == .known && now.word == before.word && now.machine == before.machine)
        #expect(BoxIdentity.of(state, on: MachineNumber(bytes: [1, 2, 3], addresses: [[9]])).isCopied)
        // Back to what knows the system only.
        let again = BoxIdentity.of(state, on: system)
        #expect(again.condition == .known && again.machine == before.machine)
        #expect(BoxIdentity.of(state, on: MachineNumber(bytes: [1, 2, 4])).isCopied)
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

    @Test("the interfaces of a board are the wired ones, then the wireless ones, with addresses of their own")
    func addresses() throws {
        defer { try? FileManager.default.removeItem(atPath: state) }
        func make(_ name: String, _ address: String, bus: String?, type: String = "1", assigned: String = "0") throws {
            let folder = "\(state)/sys/class/net/\(name)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for (file, text) in [("address", address), ("type", type), ("addr_assign_type", assigned)] {
                try (text + "\n").write(toFile: "\(folder)/\(file)", atomically: true, encoding: .utf8)
            }
            guard let bus else { return }
            for path in ["\(state)/bus/\(bus)", "\(folder)/device"]
                + (name.hasPrefix("wl") ? ["\(folder)/phy80211"] : [])
            {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            }
            let link = "\(folder)/device/subsystem"
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "\(state)/bus/\(bus)")
        }
        try make("aa0", "aa:00:00:00:00:01", bus: "usb")
        try make("br0", "aa:00:00:00:00:02", bus: nil)
        try make("can0", "aa:00:00:00:00:03", bus: "pci", type: "280")
        try make("enp1s0", "aa:00:00:00:00:04", bus: "pci")
        try make("enp2s0", "aa:00:00:00:00:05", bus: "pci", assigned: "3")
        try make("wlan0", "aa:00:00:00:00:06", bus: "mmc")
        try make("zz0", "aa:00:00:00:00:07", bus: "platform")
        #expect(BuiltInAddresses.all(root: state).map { $0.suffix(1) } == ["4", "7", "6"])
        #expect(BuiltInAddresses.all(root: state + "/none").isEmpty)
        let known = MachineNumber(root: state).marks(with: "k7f39-x2m4t")
        #expect(known.addresses.count == 3 && known.best == known.addresses.first)
        // The number of the board says it all.
        let serial = "\(state)/sys/firmware/devicetree/base"
        try FileManager.default.createDirectory(atPath: serial, withIntermediateDirectories: true)
        try "10000000abcdef01".write(toFile: serial + "/serial-number", atomically: true, encoding: .utf8)
        let board = MachineNumber(root: state).marks(with: "k7f39-x2m4t")
        #expect(board.addresses.isEmpty && board.best == board.system)
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
