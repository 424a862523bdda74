// Decides where frames begin and end.
extension TICDecoder {
    /// An STX, an ETX or an EOT.
    @inline(never)
    mutating func mark(_ control: UInt8, _ onFrame: (borrowing TICFrame) -> Void) {
        switch control {
        case 0x02:
            // Everything before the first STX was joined in the middle, however well it began.
            if framing == .unknown { drop() } else if place == .inside { deliver(.cut, onFrame) }
            framing = .marked
            place = .inside
            frame.clear()
        case Self.endOfFrame:
            guard place == .inside else { return }
            if framing == .unknown {
                place = .undecided
            } else {
                deliver(.closed, onFrame)
                place = .outside
            }
        default:
            quality.interruptions += 1
            drop()
            place = framing == .marked ? .interrupted : .outside
        }
    }

    /// Begins a frame with its address, where no STX did.
    @inline(never)
    mutating func begin(with label: TICLabel, _ mode: TICMode, _ onFrame: (borrowing TICFrame) -> Void) {
        switch place {
        case .interrupted: return
        case .outside: break
        case .undecided:
            // A second frame and still no STX: this capture has none.
            framing = .unmarked
            deliver(.closed, onFrame)
        case .inside:
            // The address follows the alerts of a short frame; everything else comes after it.
            guard frame.groupCount > 0, frame.mode != mode || frame.labels.contains(where: { $0 >= label }) else {
                return
            }
            if framing == .unknown { framing = .unmarked }
            deliver(.cut, onFrame)
        }
        frame.clear()
        place = .inside
    }

    /// Hands out the frame, unless it is empty.
    @inline(never)
    mutating func deliver(_ ending: TICFrame.Ending, _ onFrame: (borrowing TICFrame) -> Void) {
        guard frame.groupCount > 0 else { return }
        frame.ending = ending
        quality.frames += 1
        if frame.isShort { quality.shortFrames += 1 }
        onFrame(frame)
    }

    /// Forgets the frame.
    private mutating func drop() {
        guard place == .inside || place == .undecided else { return }
        quality.groups -= frame.groupCount
        quality.groupsOutsideFrames += frame.groupCount
        frame.clear()
    }
}
