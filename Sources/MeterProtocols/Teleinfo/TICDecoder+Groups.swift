import MeterNotation

// Judges a group: `label SEP [horodate SEP] data SEP checksum`.
extension TICDecoder {
    /// Judges the group at `group[0..<count]`, whose characters add up to `lanes`, and takes it into the frame or
    /// refuses it.
    ///
    /// Bytes at and beyond `count` are stale. Reading them does no harm: a group is accepted only if its length is the
    /// one that its label asks for.
    @inline(__always)
    mutating func endGroup(_ count: Int, _ lanes: UInt64, _ onFrame: (borrowing TICFrame) -> Void) {
        guard flaw == .none else { return refuse(flaw == .parity ? .parity : .overlong, count) }
        guard count >= 5 else { return refuse(.checksum, count) }

        // The separator before the checksum tells the mode, and with it what the checksum covers. Both may be spaces.
        let separator = byte(count &- 2)
        let last = byte(count &- 1)
        var covered = TICWords.total(lanes) &- UInt64(last)
        if separator == 0x20 { covered &-= 0x20 }
        guard UInt8(truncatingIfNeeded: covered & 0x3F) &+ 0x20 == last, separator == 0x20 || separator == 0x09 else {
            return refuse(.checksum, count)
        }
        let mode: TICMode = separator == 0x20 ? .historique : .standard

        let head = word(0)
        let ends = TICWords.below(0x21, head)
        let length = ends != 0 ? TICWords.first(ends) : byte(8) <= 0x20 ? 8 : 9
        let key = length < 8 ? head & TICWords.lowest(length) : head
        guard let entry = index.entry(key: key, ninth: length == 9 ? byte(8) : 0), entry.pointee.mode == mode,
            onlyMode == nil || onlyMode == mode, frame.mode == mode || frameTakes(entry.pointee)
        else {
            return refuse(.unknownLabel, count)
        }

        guard count == length &+ Int(entry.pointee.rest), byte(length) == separator else {
            return refuse(.value, count)
        }
        var horodate = Horodate()
        if entry.pointee.hasHorodate {
            let first = length &+ 1
            guard byte(first &+ Horodate.length) == separator,
                let read = Horodate(season: byte(first), date: word(first &+ 1), time: word(first &+ 5))
            else { return refuse(.value, count) }
            horodate = read
        }

        let size = Int(entry.pointee.length)
        let data = count &- 2 &- size
        var number: UInt32 = 0
        switch entry.pointee.kind {
        case .integer:
            guard let read = integer(data, size) else { return refuse(.value, count) }
            number = read
        case .text: guard isPrintable(data, size) else { return refuse(.value, count) }
        case .hex: guard isHex(data, size) else { return refuse(.value, count) }
        case .horodate: break
        }

        if entry.pointee.opensFrame { begin(with: entry.pointee.label, mode, onFrame) }
        guard place == .inside else {
            quality.groupsOutsideFrames &+= 1
            return
        }
        if frame.groupCount == 0 { frame.mode = mode }
        quality.groups &+= 1
        if frame.insert(entry.pointee.label) {
            quality.duplicates &+= 1
            if contradicts(entry.pointee, horodate) { return }
        }
        switch entry.pointee.kind {
        case .integer: frame.store(number, at: entry.pointee.place)
        case .text, .hex: frame.store(group + data, count: size, at: entry.pointee.place)
        case .horodate: break
        }
        if entry.pointee.hasHorodate { frame.store(horodate, at: entry.pointee.place) }
    }

    /// True when a label of the other mode than the frame's may come: into an empty frame, or to begin the next one.
    @inline(never)
    private func frameTakes(_ entry: TICLabelIndex.Entry) -> Bool {
        frame.groupCount == 0 || place != .inside || entry.opensFrame
    }

    /// True when a value comes a second time in a frame, and is dated after the meter's own time: the first one stays.
    @inline(never)
    private func contradicts(_ entry: TICLabelIndex.Entry, _ horodate: Horodate) -> Bool {
        guard entry.hasHorodate, let clock = frame.horodate(.date)?.secondsSince1970,
            let own = horodate.secondsSince1970
        else { return false }
        return own > clock + 900
    }

    /// Counts a refused group by its reason; outside of a frame its characters are only stray.
    @inline(never)
    private mutating func refuse(_ reason: TICRefusal.Reason, _ count: Int) {
        guard place == .inside else {
            quality.strayBytes += count
            return
        }
        frame.refusedGroups += 1
        switch reason {
        case .checksum: quality.badChecksum += 1
        case .value: quality.badValue += 1
        case .unknownLabel: quality.countUnknown(name(count))
        case .parity: quality.badParity += 1
        case .overlong:
            quality.overlong += 1
            quality.strayBytes += count
            // Its beginning was kept when it became too long.
            return
        }
        remember(reason, count)
    }

    /// The label of a group: its characters before the first separator, at most 16.
    private func name(_ count: Int) -> String {
        var name = ""
        for offset in 0..<min(count, 16) {
            let character = byte(offset)
            guard character > 0x20, character < 0x7F else { break }
            name.unicodeScalars.append(Unicode.Scalar(character))
        }
        return name
    }

    /// The character at an offset in the group.
    @inline(__always)
    private func byte(_ offset: Int) -> UInt8 { group.load(fromByteOffset: offset, as: UInt8.self) }

    /// Eight characters from an offset in the group, the first one lowest.
    @inline(__always)
    private func word(_ offset: Int) -> UInt64 { group.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }

    /// The number of 1...9 digits; what precedes them in the word is cleared.
    @inline(__always)
    private func integer(_ data: Int, _ size: Int) -> UInt32? {
        var digits = word(data &+ size &- 8) ^ TICWords.all(UInt8(ascii: "0"))
        guard size > 8 else {
            digits &= ~TICWords.lowest(8 &- size)
            return TICWords.areDigits(digits) ? TICWords.number(digits) : nil
        }
        let first = byte(data) ^ UInt8(ascii: "0")
        guard first < 10, TICWords.areDigits(digits) else { return nil }
        return UInt32(first) &* 100_000_000 &+ TICWords.number(digits)
    }

    /// True when the characters are neither control characters (HT) nor DEL.
    @inline(__always)
    private func isPrintable(_ data: Int, _ size: Int) -> Bool {
        var offset = 0
        while offset < size {
            let text = word(data &+ offset)
            let marks = TICWords.below(0x20, text) | TICWords.equal(0x7F, text)
            if TICWords.first(marks) < min(8, size &- offset) { return false }
            offset &+= 8
        }
        return true
    }

    /// True when the characters are hexadecimal digits, capitals or not.
    @inline(__always)
    private func isHex(_ data: Int, _ size: Int) -> Bool {
        for offset in data..<data &+ size {
            let digit = byte(offset)
            guard digit.isDigit || (digit | 0x20) &- 0x61 < 6 else { return false }
        }
        return true
    }
}
