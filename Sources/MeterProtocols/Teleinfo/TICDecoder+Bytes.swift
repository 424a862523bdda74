// Collects the characters of groups, eight at a time, and adds them up on the way.
extension TICDecoder {
    /// Reads the next bytes of the line, and hands out each frame that they complete.
    ///
    /// Each control character but HT ends a group. Eight bytes are tested at a time; a group longer than any is given up
    /// at once.
    public mutating func push(_ bytes: UnsafeRawBufferPointer, _ onFrame: (borrowing TICFrame) -> Void) {
        guard let start = bytes.baseAddress else { return }
        let size = bytes.count
        var offset = 0
        var count = self.count
        var sum = self.sum
        while offset < size {
            let word = Self.word(start, offset, size)
            let text = word & TICWords.sevenBits
            (group + count).storeBytes(of: text, as: UInt64.self)
            let delimiters = TICWords.delimiters(text)
            if delimiters == 0 {
                if parityInBit7 { checkParity(word) }
                sum &+= TICWords.lanes(text)
                count &+= 8
                offset &+= 8
                if count > Self.longestGroup { (count, sum) = abandon(count) }
                continue
            }
            // Beyond the last byte the word is zero, a delimiter as well.
            let length = TICWords.first(delimiters)
            sum &+= TICWords.lanes(text & TICWords.lowest(length))
            count &+= length
            offset &+= length
            if parityInBit7 { checkParity(word & (TICWords.lowest(length) | 0xFF &<< UInt64(length &* 8))) }
            if count > Self.longestGroup { (count, sum) = abandon(count) }
            if offset == size { break }
            let control = UInt8(truncatingIfNeeded: text &>> UInt64(length &* 8))
            offset &+= 1
            if control == 0x0D {
                if count > 0 || flaw == .overlong { endGroup(count, sum, onFrame) }
                // CR LF is how groups follow each other: saves a round.
                if offset < size, start.load(fromByteOffset: offset, as: UInt8.self) == 0x0A { offset &+= 1 }
            } else {
                if control == 0x04 {
                    quality.strayBytes &+= count
                } else if count > 0 || flaw == .overlong {
                    endGroup(count, sum, onFrame)
                }
                if control &- 2 < 3 { mark(control, onFrame) }
            }
            flaw = .none
            count = 0
            sum = 0
        }
        self.count = count
        self.sum = sum
    }

    /// The eight bytes at `offset`, with zeros for those beyond the end.
    @inline(__always)
    private static func word(_ start: UnsafeRawPointer, _ offset: Int, _ size: Int) -> UInt64 {
        let left = size &- offset
        if left >= 8 { return start.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
        if size >= 8 {
            let last = start.loadUnaligned(fromByteOffset: size &- 8, as: UInt64.self)
            return last &>> UInt64(truncatingIfNeeded: (8 &- left) &* 8)
        }
        var word: UInt64 = 0
        for position in 0..<left {
            let byte = start.load(fromByteOffset: offset &+ position, as: UInt8.self)
            word |= UInt64(byte) &<< UInt64(position &* 8)
        }
        return word
    }

    /// Counts characters with an odd number of ones, and marks the group that they are in.
    @inline(never)
    private mutating func checkParity(_ word: UInt64) {
        let errors = TICWords.oddParity(word).nonzeroBitCount
        guard errors > 0 else { return }
        quality.parityErrors += errors
        if flaw == .none { flaw = .parity }
    }

    /// Gives up a group that is longer than any, keeping its beginning for the message.
    @inline(never)
    private mutating func abandon(_ count: Int) -> (count: Int, sum: UInt64) {
        if flaw != .overlong, place == .inside { remember(.overlong, Self.longestGroup) }
        flaw = .overlong
        quality.strayBytes += count
        return (0, 0)
    }

    /// Keeps a refused group for `lastRefusal`.
    func keep(_ count: Int) { refusedGroup.copyMemory(from: group, byteCount: count) }

    /// Keeps the refused group with the reason, in place of the one before.
    mutating func remember(_ reason: TICRefusal.Reason, _ count: Int) {
        keep(count)
        refused = Refused(reason: reason, count: count)
    }
}
