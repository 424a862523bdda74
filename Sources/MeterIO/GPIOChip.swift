import CGPIOD
import Glibc
import MeterCore

/// A chip whose lines are pins, such as the GPIO header of a Raspberry Pi; open as long as it is in use.
struct GPIOChip: ~Copyable {
    /// A line as the kernel describes it.
    struct LineDescription {
        /// The line's name by the board's maker, such as `GPIO24`; often empty.
        var name: String
        /// The name that its user gave itself; empty when there is none.
        var consumer: String
        /// True when a program or a driver has the line.
        var isUsed: Bool
    }

    /// The labels of the headers' chips in the models there are: Raspberry Pi 5, 4, and those before.
    ///
    /// Their paths changed from one kernel to the next, the labels did not.
    private static let headers = ["pinctrl-rp1", "pinctrl-bcm2711", "pinctrl-bcm2835"]

    /// The device, such as `/dev/gpiochip0`.
    let path: String
    /// The name of the chip's driver, such as `pinctrl-bcm2711`.
    let label: String
    /// The number of its lines, which are counted from 0 on.
    let lineCount: UInt32
    /// libgpiod's chip, closed with this.
    let handle: OpaquePointer

    /// Opens a chip.
    ///
    /// - Parameter path: its device, such as `/dev/gpiochip0`.
    /// - Throws: `PulseLineError`, a sentence that says why it cannot be opened.
    init(path: String) throws(PulseLineError) {
        guard let handle = pulse_chip_open(path) else { throw PulseLineError(opening: path, code: errno) }
        var description = pulse_chip_description()
        guard pulse_chip_describe(handle, &description) == 0 else {
            let code = errno
            pulse_chip_close(handle)
            throw PulseLineError(opening: path, code: code)
        }
        self.path = path
        self.handle = handle
        label = Self.text(description.label)
        lineCount = description.lines
    }

    deinit { pulse_chip_close(handle) }

    /// Opens the chip of a name.
    ///
    /// - Parameter name: a path, a label, or `auto` for the header of a Raspberry Pi.
    /// - Returns: the first one that fits, of up to 64 chips.
    /// - Throws: `.noChip` with the chips there are instead, or the reason why none can be opened.
    static func find(_ name: String) throws(PulseLineError) -> GPIOChip {
        if name.hasPrefix("/") { return try GPIOChip(path: name) }
        let wanted = name == "auto" ? headers : [name]
        var found: [String] = []
        var failure: PulseLineError?
        for path in paths {
            do throws(PulseLineError) {
                let chip = try GPIOChip(path: path)
                if wanted.contains(chip.label) { return chip }
                found.append("\(path) (\(chip.label), \(chip.lineCount) lines)")
            } catch {
                failure = error
            }
        }
        if found.isEmpty, let failure { throw failure }
        throw .noChip(name, found)
    }

    /// The devices there are.
    private static var paths: [String] {
        (0..<64).map { "/dev/gpiochip\($0)" }.filter { DiskFile.isThere($0) }
    }

    /// The kernel's description of a line; `nil` when there is none.
    func line(_ offset: UInt32) -> LineDescription? {
        var description = pulse_line_description()
        guard offset < lineCount, pulse_line_describe(handle, offset, &description) == 0 else { return nil }
        return LineDescription(
            name: Self.text(description.name),
            consumer: Self.text(description.consumer),
            isUsed: description.is_used != 0
        )
    }

    /// The number of a line on this chip.
    ///
    /// - Throws: `.noLine` for a number that the chip does not have, `.noLineName` with the names there are.
    func offset(of name: LineName) throws(PulseLineError) -> UInt32 {
        switch name {
        case .number(let number):
            guard number < lineCount else { throw .noLine(number, "\(path) (\(label))", lineCount) }
            return number
        case .name(let name):
            let names = (0..<lineCount).map { (offset: $0, name: line($0)?.name) }
            guard let found = names.first(where: { $0.name == name }) else {
                let known = names.compactMap(\.name).filter { !$0.isEmpty }
                throw .noLineName(name, "\(path) (\(label))", known)
            }
            return found.offset
        }
    }

    /// The text of a C array of characters, which Swift sees as a tuple, up to its zero.
    private static func text<Characters>(_ characters: Characters) -> String {
        withUnsafeBytes(of: characters) { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

/// A line of a chip, by number or by name.
public enum LineName: Sendable, Hashable, CustomStringConvertible {
    /// The line's offset: on the header of a Raspberry Pi the number of the GPIO, not that of the pin.
    case number(UInt32)
    /// The name by the board's maker, such as `GPIO24`.
    case name(String)

    /// The words `line 24` or `line GPIO24`, for messages.
    public var description: String {
        switch self {
        case .number(let number): "line \(number)"
        case .name(let name): "line \(name)"
        }
    }
}
