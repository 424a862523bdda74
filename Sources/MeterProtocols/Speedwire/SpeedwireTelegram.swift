import MeterNotation

/// A telegram that a meter of SMA, an Energy Meter or a Home Manager, sends to all in its network once a second.
///
/// Speedwire, the protocol 0x6069 of UDP port 9522; all numbers have their high byte first. `SMA` and a zero; at 12 the
/// length of what follows from 16 on; at 16 the protocol, at 18 the number of the kind of device (SUSy-ID), at 20 the
/// serial number, at 24 a count of milliseconds; from 28 on the values.
public struct SpeedwireTelegram: Sendable {
    /// The meter that a telegram is of: no two have both numbers.
    public struct Meter: Sendable, Hashable, CustomStringConvertible {
        /// The number of the kind of device, such as 270 or 349 for an Energy Meter and 372 for a Home Manager.
        public let susyID: UInt16
        /// The serial number, as it is printed on the meter.
        public let serial: UInt32

        public init(susyID: UInt16, serial: UInt32) { (self.susyID, self.serial) = (susyID, serial) }

        public var description: String { said("serial number \(serial) (SUSy-ID \(susyID))") }
    }

    /// The largest telegram in bytes; a Home Manager's has 608.
    public static let largest = 1500
    private static let mark: [UInt8] = [0x53, 0x4D, 0x41, 0]
    private static let meterProtocol: UInt16 = 0x6069
    /// The places of the header, see above.
    private static let (lengthAt, bodyAt, meterAt, valuesAt) = (12, 16, 18, 28)

    /// Its sender.
    public let meter: Meter
    /// The values; `nil` when there are fewer bytes than it says.
    private let values: ArraySlice<UInt8>?

    /// Reads the header; `nil` for what other devices say at the same address, such as the inverters' own protocol.
    ///
    /// - Parameter bytes: of one datagram.
    /// - Throws: `SpeedwireError.cut` for a telegram that does not even tell its meter.
    public init?(_ bytes: [UInt8]) throws(SpeedwireError) {
        guard bytes.starts(with: Self.mark) else { return nil }
        guard let length: UInt16 = bigEndian(bytes[...], at: Self.lengthAt),
            let number: UInt16 = bigEndian(bytes[...], at: Self.bodyAt)
        else { throw .cut }
        guard number == Self.meterProtocol else { return nil }
        guard bytes.count >= Self.valuesAt, let susyID: UInt16 = bigEndian(bytes[...], at: Self.meterAt),
            let serial: UInt32 = bigEndian(bytes[...], at: Self.meterAt + 2)
        else { throw .cut }
        meter = Meter(susyID: susyID, serial: serial)
        let end = Self.bodyAt + Int(length)
        values = end >= Self.valuesAt && end <= bytes.count ? bytes[Self.valuesAt..<end] : nil
    }

    /// Reads the values.
    ///
    /// - Throws: `SpeedwireError` when it is not whole, or they cannot be told apart to their end.
    public func readings() throws(SpeedwireError) -> SpeedwireReadings {
        guard let values else { throw .cut }
        return try SpeedwireReadings(values)
    }
}
