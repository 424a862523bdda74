import Foundation
import Glibc
import MeterIO
import Testing

@Suite struct SerialTests {
    private let standard = SerialSettings(baud: 9600, dataBits: 7, parity: .even)

    @Test("what a meter sends is read, at the speed that was asked for", arguments: [1200, 9600])
    func reads(_ baud: Int) throws {
        let terminal = try PseudoTerminal()
        let port = try SerialPort(path: terminal.name, settings: SerialSettings(baud: baud, dataBits: 7, parity: .even))
        let readerBaud = terminal.readerBaud
        #expect(readerBaud == baud)
        // A pseudo-terminal has no parity, which must be noticed and not taken for an error.
        let hasParity = port.hasParity
        #expect(!hasParity)
        let sent: [UInt8] = [0x02, 0x0A, 0x41, 0x0D, 0x03, 0x04, 0x11, 0x13, 0xFF, 0x00]
        let written = try terminal.write(sent[...])
        #expect(written == sent.count)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 8)
        defer { buffer.deallocate() }
        var count = 0
        while count == 0 { count = try port.read(into: buffer) }
        #expect([UInt8](buffer[..<count]) == sent)
        let more = try port.read(into: buffer)
        #expect(more == 0)
    }

    @Test("an adapter goes by its own name, but by its socket when another has the same name")
    func names() throws {
        let files = FileManager.default
        let folder = files.temporaryDirectory.appending(path: UUID().uuidString).path
        defer { try? files.removeItem(atPath: folder) }
        for kind in ["by-id", "by-path"] {
            try files.createDirectory(atPath: "\(folder)/serial/\(kind)", withIntermediateDirectories: true)
        }
        func plug(_ name: String, _ port: String) throws {
            try Data().write(to: URL(filePath: "\(folder)/\(port)"))
            try files.createSymbolicLink(atPath: "\(folder)/serial/\(name)", withDestinationPath: "../../\(port)")
        }
        try plug("by-id/usb-1a86_USB_Serial", "ttyUSB0")
        try plug("by-path/usb-0:1.2", "ttyUSB0")
        let alone = SerialDevices.list(under: folder)
        #expect(alone == ["\(folder)/serial/by-id/usb-1a86_USB_Serial", "\(folder)/ttyUSB0"])
        try plug("by-path/usb-0:1.3", "ttyUSB1")
        let both = SerialDevices.list(under: folder).prefix(2)
        #expect(both == ["\(folder)/serial/by-path/usb-0:1.2", "\(folder)/serial/by-path/usb-0:1.3"])
    }

    @Test("a program that was killed leaves a pseudo-terminal open for the next one, whoever runs it")
    func killed() throws {
        let terminal = try PseudoTerminal()
        let port = try SerialPort(path: terminal.name, settings: standard)
        defer { _ = port.path }
        let descriptor = open(terminal.name, O_RDWR | O_NOCTTY | O_NONBLOCK)
        defer { close(descriptor) }
        // TIOCGEXCL of Linux: with it, only root could open the line as long as its other end lives.
        var isExclusive: CInt = -1
        #expect(ioctl(descriptor, 0x8004_5440, &isExclusive) == 0 && isExclusive == 0)
    }

    @Test("a second reader is told which program has the line")
    func busy() throws {
        let terminal = try PseudoTerminal()
        let first = try SerialPort(path: terminal.name, settings: standard)
        defer { _ = first.path }
        do throws(SerialError) {
            _ = try SerialPort(path: terminal.name, settings: standard)
            Issue.record("a line was opened twice")
        } catch {
            guard case .busy = error else {
                Issue.record("\(error)")
                return
            }
            #expect("\(error)".hasPrefix("cannot open \(terminal.name): "))
        }
    }

    @Test("a missing device and a plain file are told apart")
    func wrongPaths() {
        #expect(throws: SerialError.notFound("/dev/ttyNOWHERE")) {
            _ = try SerialPort(path: "/dev/ttyNOWHERE", settings: standard)
        }
        #expect(throws: SerialError.notSerial("/etc/hostname")) {
            _ = try SerialPort(path: "/etc/hostname", settings: standard)
        }
    }

    @Test("a line whose other end is gone is disconnected, and its name may come back")
    func unplugged() throws {
        let link = "/tmp/boxenergie-link-\(getpid())"
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 8)
        defer { buffer.deallocate() }
        for _ in 0..<2 {
            var terminal: PseudoTerminal? = try PseudoTerminal()
            try terminal?.link(at: link)
            let port = try SerialPort(path: link, settings: standard)
            let before = try port.read(into: buffer)
            #expect(before == 0)
            terminal = nil
            do throws(SerialError) {
                _ = try port.read(into: buffer)
                Issue.record("a line without another end was read")
            } catch {
                #expect(error == .disconnected(link))
            }
        }
    }
}
