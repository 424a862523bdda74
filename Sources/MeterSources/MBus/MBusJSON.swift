import MeterCore
import MeterNotation
import MeterProtocols

/// A frame as JSON, under M-Bus's own names; values that a frame lacks are left out.
///
/// The structure is that of EN 13757-3; bytes that are not decoded are in hexadecimal.
struct MBusJSON: Encodable {
    /// One record of the variable data structure.
    private struct Record: Encodable {
        /// The name of the record in the configuration, such as `energy storage 1`.
        var record: String
        /// The quantity in words, such as `energy`.
        var quantity: String
        /// The function: instantaneous, minimum, maximum or during an error.
        var function: String
        /// The storage number; 0 is the present value.
        var storage: UInt64
        /// The tariff; 0 is the total.
        var tariff: UInt32
        /// The part of the device.
        var subunit: UInt16
        /// The qualifiers of the value, in words.
        var qualifiers: [String]?
        /// The value; absent when the record has none.
        var value: Value?
        /// The unit; absent for numbers without one.
        var unit: String?
        /// The bytes of a value that cannot be read.
        var invalid: String?
    }

    /// A value as JSON has it.
    private enum Value: Encodable {
        case integer(Int64), number(Double), text(String)

        func encode(to encoder: any Encoder) throws {
            var cell = encoder.singleValueContainer()
            switch self {
            case .integer(let value): try cell.encode(value)
            case .number(let value): try cell.encode(value)
            case .text(let value): try cell.encode(value)
            }
        }
    }

    /// The time in seconds since 1970; absent where the capture has no times.
    private var time: Int64?
    /// The control field in words.
    private var control: String
    /// The primary address.
    private var address: UInt8?
    /// The control information field, in hexadecimal.
    private var ci: String?
    /// The meter's number, eight digits.
    private var id: String?
    /// The maker's three letters.
    private var manufacturer: String?
    /// The version of the meter.
    private var version: UInt8?
    /// The medium in words, such as `water`.
    private var medium: String?
    /// The access number, which the meter counts up with each answer.
    private var access: UInt8?
    /// The conditions in the status byte, in words.
    private var status: [String]?
    /// The signature, two bytes in hexadecimal.
    private var signature: String?
    /// The records of the answer.
    private var records: [Record]?
    /// The bytes that only the maker knows, in hexadecimal.
    private var manufacturerData: String?
    /// True when the meter has more to say.
    private var moreFollows: Bool?
    /// The error that the meter reports.
    private var error: String?
    /// The data of a frame that is no answer, in hexadecimal.
    private var data: String?

    /// Makes the object of a meter's answer.
    ///
    /// - Parameters:
    ///   - frame: of the link layer.
    ///   - telegram: that it carries.
    ///   - time: of the frame, where the capture has times.
    init(_ frame: MBusFrame, _ telegram: MBusTelegram, _ time: Timestamp?) {
        self.init(frame, time)
        if let meter = telegram.header?.meter {
            id = meter.digits
            medium = meter.medium.description
            // The fixed structure has neither maker nor version.
            if telegram.information != 0x73, telegram.information != 0x77 {
                manufacturer = meter.manufacturer
                version = meter.version
            }
        }
        access = telegram.header?.accessNumber
        status = telegram.header?.status.conditions
        signature = telegram.header.map {
            hexadecimal([UInt8($0.signature >> 8), UInt8($0.signature & 0xFF)], separator: "")
        }
        records = telegram.records.map(Self.record)
        manufacturerData = telegram.manufacturerData.map { hexadecimal($0) }
        moreFollows = telegram.moreFollows
        data = nil
    }

    /// Makes the object of a frame that is no answer with data, with the reason.
    ///
    /// - Parameters:
    ///   - frame: of the link layer.
    ///   - reason: for which it holds no data.
    ///   - time: of the frame, where the capture has times.
    init(_ frame: MBusFrame, _ reason: MBusError, _ time: Timestamp?) {
        self.init(frame, time)
        if case .application(let said) = reason { error = said.description }
    }

    /// The part that all frames have.
    private init(_ frame: MBusFrame, _ time: Timestamp?) {
        self.time = time?.seconds
        control = frame.controlName
        switch frame {
        case .acknowledge: break
        case .short(_, let address): self.address = address
        case .long(_, let address, let information, let data):
            self.address = address
            ci = hexadecimal([information])
            if !data.isEmpty { self.data = hexadecimal(data) }
        }
    }

    /// A record with its value in the simplest form that keeps it exactly.
    private static func record(_ record: MBusRecord) -> Record {
        var made = Record(
            record: MBusSelector(record).description,
            quantity: record.name ?? record.quantity.rawValue,
            function: record.function.rawValue,
            storage: record.storage,
            tariff: record.tariff,
            subunit: record.subunit
        )
        if !record.qualifiers.isEmpty { made.qualifiers = record.qualifiers.map(\.description) }
        if !record.unit.isEmpty { made.unit = record.unit }
        switch record.value {
        case .none: break
        case .number(let number): made.value = number.integer.map { .integer($0) } ?? .number(number.double)
        case .text(let text): made.value = .text(text)
        case .date(let date): made.value = .text(date.description)
        case .bytes(let bytes): made.value = .text(hexadecimal(bytes.reversed()))
        case .invalid(let bytes): made.invalid = hexadecimal(bytes)
        }
        return made
    }
}
