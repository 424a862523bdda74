import MeterCore
import MeterNotation
import MeterProtocols

/// A frame as JSON, under M-Bus's own names; what a frame has not is left out.
struct MBusJSON: Encodable {
    private struct Record: Encodable {
        /// What the configuration calls it.
        var record: String
        var quantity: String
        var function: String
        var storage: UInt64
        var tariff: UInt32
        var subunit: UInt16
        var qualifiers: [String]?
        var value: Value?
        var unit: String?
        /// What cannot be read as a value.
        var invalid: String?
    }

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

    /// Seconds since 1970, where the capture has times.
    private var time: Int64?
    private var control: String
    private var address: UInt8?
    private var ci: String?
    private var id: String?
    private var manufacturer: String?
    private var version: UInt8?
    private var medium: String?
    private var access: UInt8?
    private var status: [String]?
    private var signature: String?
    private var records: [Record]?
    private var manufacturerData: String?
    private var moreFollows: Bool?
    private var error: String?
    /// What is not decoded, since it is no answer.
    private var data: String?

    /// A meter's answer.
    init(_ frame: MBusFrame, _ telegram: MBusTelegram, _ time: Timestamp?) {
        self.init(frame, time)
        if let meter = telegram.header?.meter {
            id = meter.digits
            medium = meter.medium.description
            // The fixed structure knows neither of them.
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

    /// A frame that is no answer with data, and why.
    init(_ frame: MBusFrame, _ reason: MBusError, _ time: Timestamp?) {
        self.init(frame, time)
        if case .application(let said) = reason { error = said.description }
    }

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
