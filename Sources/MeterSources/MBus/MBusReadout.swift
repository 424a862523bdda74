import MeterCore
import MeterIO
import MeterNotation
import MeterProtocols

/// Asks one meter for everything that it has to say.
struct MBusReadout: Sendable {
    /// Maximum number of telegrams of an answer, 16: a meter that says "more follows" for ever is stopped.
    static let mostTelegrams = 16
    /// Times that an answer of several telegrams is read until nothing of it is lost or late, 3.
    private static let mostReadings = 3

    /// The meter's bus, with timeout, pause and tries.
    let device: BusDevice
    /// The primary address, or the number for secondary addressing.
    let address: MBusSettings.Address
    /// Tells the status that the source is at work; called before each request.
    let beat: @Sendable () -> Void

    /// Reads the meter; no other meter of the bus is asked meanwhile, since selecting one deselects the other.
    ///
    /// A telegram says whose it is, and not which of several it is: those of an answer in which something came late or
    /// was lost are read again, from the first one on. One alone follows its reset, and is the meter's present answer.
    ///
    /// - Throws: a sentence that says what was asked and what came instead.
    func read() async throws -> [MBusTelegram] {
        for _ in 0..<Self.mostReadings {
            let doubts = device.doubts
            let telegrams = try await readOnce()
            if telegrams.count < 2 || device.doubts == doubts { return telegrams }
        }
        throw MBusReadoutError.outOfStep
    }

    private func readOnce() async throws -> [MBusTelegram] {
        try await device.bus.conversation {
            switch address {
            case .primary(let number):
                try await acknowledged(MBusRequest.reset(number), said("a reset of its answers"))
                return try await telegrams(from: number, of: nil)
            case .secondary(let meter):
                try await acknowledged(MBusRequest.select(meter), said("the selection of \(meter.digits)"))
                return try await telegrams(from: MBusRequest.selected, of: meter)
            }
        }
    }

    /// Asks until the meter has said everything.
    ///
    /// The frame-count bit is set in the first request after a reset, and changes after each good answer; while a
    /// request is repeated it stays, so that the meter repeats its answer.
    private func telegrams(from number: UInt8, of meter: MBusMeterAddress?) async throws -> [MBusTelegram] {
        var telegrams: [MBusTelegram] = []
        var frameCountBit = true
        while telegrams.count < Self.mostTelegrams {
            beat()
            let request = MBusRequest.data(number, frameCountBit: frameCountBit)
            let bytes = try await device.exchange(request.bytes, for: said("its data")) { Self.judge($0, from: number) }
            guard case .frame(let frame, _) = MBusFramer.look(bytes[...]) else { break }
            let telegram = try MBusTelegram(frame)
            if let meter, let other = telegram.header?.meter, !meter.isShown(by: other) {
                throw MBusReadoutError.otherMeter(wanted: meter, came: other)
            }
            if let first = telegrams.first?.header?.meter, first != telegram.header?.meter { break }
            telegrams.append(telegram)
            guard telegram.moreFollows else { break }
            frameCountBit.toggle()
        }
        return telegrams
    }

    /// Puts a request that is answered by the single byte E5; other bytes are skipped.
    ///
    /// Among others that byte may be noise, and the meter, which heard nothing, would repeat its last answer: so it is
    /// asked once more.
    private func acknowledged(_ request: MBusFrame, _ question: String) async throws {
        for _ in 0..<2 {
            beat()
            let noise = device.counts.skippedBytes
            _ = try await device.exchange(request.bytes, for: question) { bytes in
                bytes.first == 0xE5 ? .complete(1) : .skip(1)
            }
            if device.counts.skippedBytes == noise { break }
        }
    }

    /// Looks for an answer of the meter among the bytes received.
    ///
    /// Address 253 and above stand for the selected meter or for all, whose answer has another number.
    /// A frame with a wrong checksum, which a collision leaves, is asked for again at once.
    static func judge(_ bytes: [UInt8], from number: UInt8) -> AnswerState {
        switch MBusFramer.look(bytes[...]) {
        case .more: .incomplete
        case .frame(.long(let control, let address, _, _), let length):
            // RSP_UD; the two masked bits are access demand and data flow control.
            control & 0xCF == 0x08 && (number > 250 || address == number) ? .complete(length) : .skip(length)
        case .frame(_, let length): .skip(length)
        case .badChecksum: .wrong(said("its checksum is wrong: noise, or two meters that answer at once"))
        case .noise, .badFormat: .skip(1)
        }
    }
}

/// An error: an answer is not the meter's, or not the one that was asked for.
enum MBusReadoutError: Error, CustomStringConvertible {
    /// Another meter than the selected one answered.
    case otherMeter(wanted: MBusMeterAddress, came: MBusMeterAddress)
    /// Something was lost or came late each time that its telegrams were read.
    case outOfStep

    /// The sentence, with the usual causes.
    var description: String { said(sentence) }

    private var sentence: Phrase {
        switch self {
        case .outOfStep:
            "some of its telegrams came late or not at all, each time that they were asked for; is the line disturbed, "
                + "or does another program use it?"
        case .otherMeter(let wanted, let came):
            "the meter \(wanted.digits) was selected, but \(came.digits) (\(came.manufacturer)) answered; "
                + "is there an older selection or a converter that answers by itself?"
        }
    }
}

extension MBusMeterAddress {
    /// True when a telegram's header may be that of the meter; the old fixed structure has its number, and no maker.
    fileprivate func isShown(by header: MBusMeterAddress) -> Bool {
        var header = header
        if header.manufacturerCode == 0 {
            (header.manufacturerCode, header.version, header.mediumCode) = (manufacturerCode, version, mediumCode)
        }
        return matches(header)
    }
}

extension MBusSettings.Address {
    /// The part of the meter's answers that tells whose they are: a selected one answers at the address of all selected.
    var mark: AnswerMark {
        switch self {
        case .primary(let number): .device(Int(number))
        case .secondary: .device(Int(MBusRequest.selected))
        }
    }
}
