import MeterProtocols

/// Damage to the groups of a frame: flipped bits, lost and strange bytes, lost ends, lost groups.
struct LineDamage {
    private var draw: SeededNumbers

    init(seed: UInt64) { draw = SeededNumbers(seed: seed) }

    /// True in so many cases of a hundred.
    mutating func strikes(_ percent: Int) -> Bool { draw.next() % 100 < UInt64(percent) }

    /// The frame with each group damaged in so many cases of a hundred, and in a way that its checksum sees.
    mutating func visible(_ frame: [UInt8], percent: Int) -> [UInt8] {
        let truth = Self.decoded(frame)
        while true {
            let damaged = self.damaged(frame, percent: percent)
            // One damaged group in 64 passes; what then is false is another test's matter.
            let isSeen = Self.decoded(damaged).allSatisfy { heard in
                truth.contains { clean in
                    heard.labels.allSatisfy {
                        clean.text($0) == heard.text($0) && clean.horodate($0) == heard.horodate($0)
                    }
                }
            }
            if isSeen { return damaged }
        }
    }

    /// The frame with the checksum of each group wrong in so many cases of a hundred.
    mutating func lost(_ frame: [UInt8], percent: Int) -> [UInt8] {
        Self.pieces(frame).flatMap { piece -> [UInt8] in
            guard piece.first == 0x0A, piece.count > 2, strikes(percent) else { return piece }
            return piece.dropLast(2) + [piece[piece.count - 2] ^ 1, 0x0D]
        }
    }

    /// The frame with some groups that have other digits and a right checksum, in so many cases of a thousand.
    mutating func invisible(_ frame: [UInt8], permille: Int) -> [UInt8] {
        Self.pieces(frame).flatMap { piece -> [UInt8] in
            guard draw.next() % 1000 < UInt64(permille),
                let separator = [0x09, 0x20].first(where: { piece.contains($0) }),
                piece.first == 0x0A
            else { return piece }
            var other = piece
            let digits = other.indices.dropFirst(1).dropLast(2).filter { place in
                (0x30..<0x3A).contains(other[place]) && place > other.firstIndex(of: separator) ?? 0
            }
            for place in digits { other[place] = 0x30 + UInt8(draw.next() % 10) }
            let end = separator == 0x09 ? other.count - 2 : other.count - 3
            other[other.count - 2] = UInt8(other[1..<end].reduce(0) { $0 + Int($1) } & 0x3F) + 0x20
            return other
        }
    }

    private mutating func damaged(_ frame: [UInt8], percent: Int) -> [UInt8] {
        Self.pieces(frame).flatMap { strikes(percent) ? struck($0) : $0 }
    }

    private mutating func struck(_ piece: [UInt8]) -> [UInt8] {
        var piece = piece
        let place = Int(draw.next() % UInt64(piece.count))
        switch draw.next() % 6 {
        case 0: piece[place] ^= 1 << UInt8(draw.next() % 7)
        case 1: for position in place..<min(place + 3, piece.count) { piece[position] = UInt8(draw.next() % 128) }
        case 2: piece.remove(at: place)
        case 3: piece.insert(UInt8(0x21 + draw.next() % 90), at: place)
        case 4: piece.removeLast(min(piece.count, 1 + place))
        default: piece = []
        }
        return piece
    }

    /// The pieces of a frame: STX, each group from LF to CR, ETX.
    private static func pieces(_ frame: [UInt8]) -> [[UInt8]] {
        var pieces: [[UInt8]] = [[]]
        for byte in frame {
            if byte == 0x0A || byte == 0x03 { pieces.append([]) }
            pieces[pieces.count - 1].append(byte)
        }
        return pieces.filter { !$0.isEmpty }
    }

    /// The frames that a decoder finds in some bytes.
    static func decoded(_ bytes: [UInt8]) -> [TICFrame] {
        var frames: [TICFrame] = []
        var decoder = TICDecoder()
        decoder.push(bytes) { frames.append(copy $0) }
        decoder.finish { frames.append(copy $0) }
        return frames
    }
}
