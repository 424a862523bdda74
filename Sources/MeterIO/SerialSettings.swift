import Glibc

/// Speed and character format of a serial line: 1200 7E1 for a Linky in historic mode, 9600 7E1 in standard mode.
public struct SerialSettings: Sendable, Hashable, CustomStringConvertible {
    /// The parity bit of each character, by its letter in `8N1`.
    public enum Parity: String, Sendable { case none = "N", even = "E", odd = "O" }

    /// Bits a second, one of `speeds`.
    public var baud: Int
    /// 7 or 8, without the parity bit.
    public var dataBits: Int
    /// None by default.
    public var parity: Parity
    /// 1 or 2.
    public var stopBits: Int

    /// Makes settings, with 8N1 as the usual format; the speed is checked when a line is opened.
    public init(baud: Int, dataBits: Int = 8, parity: Parity = .none, stopBits: Int = 1) {
        self.baud = baud
        self.dataBits = dataBits
        self.parity = parity
        self.stopBits = stopBits
    }

    /// The text `9600 8N1`.
    public var description: String { "\(baud) \(dataBits)\(parity.rawValue)\(stopBits)" }

    /// The speeds that serial lines have, 300 to 115 200 Bd, in ascending order.
    public static var speeds: [Int] { codes.keys.sorted() }

    /// The kernel's code for each speed that it has a code for.
    static let codes: [Int: speed_t] = [
        300: speed_t(B300), 600: speed_t(B600), 1200: speed_t(B1200), 2400: speed_t(B2400), 4800: speed_t(B4800),
        9600: speed_t(B9600), 19_200: speed_t(B19200), 38_400: speed_t(B38400), 57_600: speed_t(B57600),
        115_200: speed_t(B115200),
    ]
}
