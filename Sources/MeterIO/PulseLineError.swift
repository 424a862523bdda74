import Glibc
import MeterCore
import MeterNotation

/// A line whose pulses cannot be read, as a sentence that says what to do.
public enum PulseLineError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No chip has this label; those there are.
    case noChip(String, [String])
    /// No chip has this path.
    case notFound(String)
    /// The path is something else than a chip.
    case notAChip(String)
    /// The path, and the group whose members may use it.
    case permission(String, group: String?)
    /// A number, the chip and how many lines it has.
    case noLine(UInt32, String, UInt32)
    /// A name, the chip and the names there are.
    case noLineName(String, String, [String])
    /// A line, its chip and who uses it.
    case busy(UInt32, String, String)
    /// The chip went away, as one in a USB adapter does.
    case disconnected(String)
    /// A chip or a line, and the system's words.
    case failed(String, String)

    /// Makes the error of a chip that did not open, from `errno`.
    init(opening path: String, code: CInt) {
        switch code {
        // libgpiod 2 looks in /sys first: for a file that is no chip it says as well that there is none.
        case ENOENT: self = DiskFile.isThere(path) ? .notAChip(path) : .notFound(path)
        case EACCES, EPERM: self = .permission(path, group: SerialError.group(of: path))
        case ENOTTY, ENODEV, EINVAL: self = .notAChip(path)
        default: self = .failed(path, String(cString: strerror(code)))
        }
    }

    public var description: String { said(sentence) }

    private var sentence: Phrase {
        switch self {
        case .noChip(let name, let found):
            let subject: Phrase =
                name == "auto" ? "no header of a Raspberry Pi was found" : "no GPIO chip is called \(name)"
            return found.isEmpty
                ? "\(subject); this machine has no GPIO chip at all"
                : "\(subject); set chip to one of: \(found.joined(separator: ", "))"
        case .notFound(let path):
            return "cannot open \(path): there is no such chip; chip = \"auto\" finds a Pi's header"
        case .notAChip(let path):
            return "cannot use \(path): it is not a GPIO chip; they are called /dev/gpiochip0 and so on"
        case .permission(let path, let group):
            return "cannot open \(path): this user may not; run: \(SerialError.joining(group ?? "gpio"))"
        case .noLine(let number, let chip, let count):
            return "\(chip) has no line \(number), only 0 to \(max(count, 1) - 1); "
                + "line is the number behind GPIO, not that of the pin on the header"
        case .noLineName(let name, let chip, let known):
            return known.isEmpty
                ? "\(chip) has no line called \(name); its lines have no names, use line and a number"
                : "\(chip) has no line called \(name); there are: \(Self.list(known))"
        case .busy(let number, let chip, let consumer):
            return consumer.isEmpty
                ? "line \(number) of \(chip) is in use; another program or an overlay in /boot/firmware/config.txt has it"
                : "line \(number) of \(chip) is in use by \"\(consumer)\"; stop that, or choose another line"
        case .disconnected(let path): return "\(path) is gone; it is opened again as soon as it is back"
        case .failed(let path, let reason): return "cannot use \(path): \(reason)"
        }
    }

    /// The first names, so that a line of the log can be read.
    private static func list(_ names: [String]) -> String {
        names.prefix(30).joined(separator: ", ") + (names.count > 30 ? " …" : "")
    }
}
