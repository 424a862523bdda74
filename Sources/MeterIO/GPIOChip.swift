import CGPIOD
import Glibc
import MeterCore

/// A chip whose lines are pins, such as the GPIO header of a Raspberry Pi; open as long as it is in use.
struct GPIOChip: ~Copyable {
    /// A line as the kernel describes it.
    struct LineDescription {
        var name: String
        var consumer: String
        var isUsed: Bool
    }

    /// The chips of the headers of the models there are, whose paths changed from one kernel to the next.
    private static let headers = ["pinctrl-rp1", "pinctrl-bcm2711", "pinctrl-bcm2835"]

    let path: String
    let label: String
    let lineCount: UInt32
    let handle: OpaquePointer

    /// Opens a chip.
    ///
    /// - Parameter path: its device, such as `/dev/gpiochip0`.
    /// - Throws: why it cannot be opened.
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
    /// - Returns: the first one that fits.
    /// - Throws: which chips there are instead.
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

    /// What the kernel says of a line; `nil` when it cannot say anything.
    func line(_ offset: UInt32) -> LineDescription? {
        var description = pulse_line_description()
        guard offset < lineCount, pulse_line_describe(handle, offset, &description) == 0 else { return nil }
        return LineDescription(
            name: Self.text(description.name),
            consumer: Self.text(description.consumer),
            isUsed: description.is_used != 0
        )
    }

    /// The number of a line.
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

    /// The text of a C array of characters.
    private static func text<Characters>(_ characters: Characters) -> String {
        withUnsafeBytes(of: characters) { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

/// How a line of a chip is meant.
public enum LineName: Sendable, Hashable, CustomStringConvertible {
    /// On the header of a Raspberry Pi the number of the GPIO.
    case number(UInt32)
    /// As the board's maker calls it, such as `GPIO24`.
    case name(String)

    public var description: String {
        switch self {
        case .number(let number): "line \(number)"
        case .name(let name): "line \(name)"
        }
    }
}
