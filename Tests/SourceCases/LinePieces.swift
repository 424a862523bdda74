import MeterProtocols

/// A frame a piece, a group a line as it stands between its line feed and its checksum; `bad GROUP` has a wrong one.
///
/// A group with a tab is one of the mode standard. `raw` and bytes stand for themselves.
struct TICPieces: PieceWriter {
    func bytes(of lines: [String]) throws -> [UInt8] {
        let groups = try lines.flatMap { line -> [UInt8] in
            if line.hasPrefix("raw ") { return try hexBytes(line.dropFirst(4)) }
            let isBad = line.hasPrefix("bad ")
            let body = isBad ? String(line.dropFirst(4)) : line
            let separator = body.contains("\t") ? "\t" : " "
            let summed = separator == "\t" ? body + separator : body
            let sum = summed.utf8.reduce(isBad ? 1 : 0) { $0 + Int($1) }
            return [0x0A] + [UInt8]((body + separator).utf8) + [UInt8(sum & 0x3F) + 0x20, 0x0D]
        }
        return [0x02] + groups + [0x03]
    }
}

/// A telegram a line, from its control byte to its data; `raw` and bytes stand for themselves.
struct MBusPieces: PieceWriter {
    func bytes(of lines: [String]) throws -> [UInt8] {
        try lines.flatMap { line -> [UInt8] in
            if line.hasPrefix("raw ") { return try hexBytes(line.dropFirst(4)) }
            let body = try hexBytes(line)
            let length = UInt8(body.count)
            return [0x68, length, length, 0x68] + body + [body.reduce(0, &+), 0x16]
        }
    }
}

/// A question and its answer a line.
///
/// `UNIT read holding ADDRESS COUNT = WORDS`; instead of hexadecimal words `refused NUMBER` or `nothing`. `raw` and bytes
/// stand for themselves.
struct ModbusPieces: PieceWriter {
    func bytes(of lines: [String]) throws -> [UInt8] {
        try lines.flatMap { line -> [UInt8] in
            if line.hasPrefix("raw ") { return try hexBytes(line.dropFirst(4)) }
            let sides = line.split(separator: "=")
            let words = sides[0].split(separator: " ")
            let tables: [Substring: ModbusTable] = ["holding": .holdingRegisters, "input": .inputRegisters]
            guard sides.count == 2, words.count == 5, let unit = UInt8(words[0]), let table = tables[words[2]],
                let address = Int(words[3]), let count = Int(words[4])
            else { throw CaseMistake(line) }
            let request = ModbusRequest.read(ModbusSpan(table, at: address, count: count))
            let question = RTUFrame.bytes(request, to: unit)
            let answer = sides[1].split(separator: " ")
            switch answer.first {
            case "nothing"?: return question
            case "refused"?:
                guard let number = answer.last.flatMap({ UInt8($0) }) else { throw CaseMistake(line) }
                return question + sealed([unit, request.function | 0x80, number])
            default:
                let values = try answer.map { word -> UInt16 in
                    guard let value = UInt16(word, radix: 16) else { throw CaseMistake("\(word) is no register") }
                    return value
                }
                let bytes = values.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
                return question + sealed([unit, request.function, UInt8(bytes.count)] + bytes)
            }
        }
    }

    private func sealed(_ frame: [UInt8]) -> [UInt8] {
        let sum = RTUFrame.checksum(frame)
        return frame + [UInt8(truncatingIfNeeded: sum), UInt8(truncatingIfNeeded: sum >> 8)]
    }
}

/// A round of questions to the inverter 2 a piece; a line is what it answers.
///
/// `state 6`, `energy 1234567` in Wh, or a measure's name and its value; it does not know what has no line. `brief` is a
/// round without questions for details; `silent` answers nothing, `damaged` badly.
struct AuroraPieces: PieceWriter {
    private static let address: UInt8 = 2
    private var interview = AuroraInterview()

    mutating func bytes(of lines: [String]) throws -> [UInt8] {
        if lines.first?.hasPrefix("raw ") == true { return try hexBytes(lines[0].dropFirst(4)) }
        var values: [String: String] = [:]
        for line in lines {
            let words = line.split(separator: " ")
            values[String(words[0])] = words.count > 1 ? String(words[1]) : ""
        }
        var bytes: [UInt8] = []
        for question in interview.begin() where values["brief"] == nil || !AuroraInterview.isDetail(question) {
            bytes += question.request(to: Self.address)
            guard values["silent"] == nil else {
                interview.abandon()
                return bytes + question.request(to: Self.address)
            }
            var answer = body(of: question, values)
            answer += Self.checksum(answer)
            if values["damaged"] != nil { answer[3] ^= 0xFF }
            bytes += answer
            if let decoded = try? AuroraAnswer.decode(answer[...], to: question) {
                interview.take(decoded, to: question)
            }
        }
        _ = interview.end()
        return bytes
    }

    private func body(of question: AuroraQuestion, _ values: [String: String]) -> [UInt8] {
        let state = values["state"].flatMap { UInt8($0) } ?? 6
        func number(_ value: UInt32) -> [UInt8] {
            [0, state] + (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
        }
        switch question {
        case .state: return [0, state, 2, 2, 2, values["alarm"].flatMap { UInt8($0) } ?? 0]
        case .serialNumber: return [UInt8]((values["serial"] ?? "654321").utf8)
        case .partNumber: return [UInt8]("-3G79-".utf8)
        case .energy(.total):
            return values["energy"].flatMap { UInt32($0) }.map(number) ?? [52, state, 0, 0, 0, 0]
        case .measure(let measure, _):
            return values["\(measure)"].flatMap { Float($0) }.map { number($0.bitPattern) } ?? [52, state, 0, 0, 0, 0]
        default: return [52, state, 0, 0, 0, 0]
        }
    }

    /// CRC-16/X-25, low byte first: a second opinion on the program's own.
    private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
        var register: UInt16 = 0xFFFF
        for byte in bytes {
            register ^= UInt16(byte)
            for _ in 0..<8 { register = register & 1 == 1 ? register >> 1 ^ 0x8408 : register >> 1 }
        }
        return [UInt8(truncatingIfNeeded: ~register), UInt8(truncatingIfNeeded: ~register >> 8)]
    }
}

/// A telegram a piece: `meter SUSY-ID SERIAL`, then a value a line, `NUMBER.TYPE VALUE` as it is sent; `raw` and bytes stand
/// for themselves.
struct SpeedwirePieces: PieceWriter {
    func bytes(of lines: [String]) throws -> [UInt8] {
        if lines.first?.hasPrefix("raw ") == true { return try lines.flatMap { try hexBytes($0.dropFirst(4)) } }
        let meter = (lines.first ?? "").split(separator: " ")
        guard meter.count == 3, meter[0] == "meter", let susyID = UInt16(meter[1]), let serial = UInt32(meter[2]) else {
            throw CaseMistake(lines.first ?? "no meter")
        }
        func number(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }
        var values: [UInt8] = []
        for line in lines.dropFirst() {
            let words = line.split { $0 == "." || $0 == " " }
            guard words.count == 3, let place = UInt8(words[0]), let type = UInt8(words[1]),
                let value = UInt64(words[2])
            else { throw CaseMistake(line) }
            values += [0, place, type, 0] + (type == 8 ? number(value) : number(UInt32(truncatingIfNeeded: value)))
        }
        let body =
            [0x60, 0x69] + number(susyID) + number(serial) + [0, 0, 0, 0] + values + [0x90, 0, 0, 0, 1, 2, 3, 0x52]
        let header = [UInt8]("SMA".utf8) + [0, 0, 4, 2, 0xA0, 0, 0, 0, 1]
        return header + number(UInt16(body.count)) + [0, 0x10] + body + [0, 0, 0, 0]
    }
}
