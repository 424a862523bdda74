/// Writes TIC frames as a meter sends them (Enedis-NOI-CPT_54E §5 and §6).
public enum TICWriter {
    /// The bytes of a frame, from STX to ETX.
    public static func frame(_ state: HouseState) -> [UInt8] {
        var bytes: [UInt8] = [0x02]
        // A year of frames is written one after the other: nothing grows step by step.
        bytes.reserveCapacity(1536)
        for group in state.groups { append(group, state.options.mode, to: &bytes) }
        bytes.append(0x03)
        return bytes
    }

    /// Appends a group, from LF to CR.
    ///
    /// The checksum is the sum's lowest six bits plus 0x20. In standard mode it covers the last separator, in
    /// historique not.
    private static func append(_ group: TICGroup, _ mode: HouseMode, to bytes: inout [UInt8]) {
        let separator = mode == .standard ? UInt8(ascii: "\t") : UInt8(ascii: " ")
        bytes.append(0x0A)
        let start = bytes.count
        bytes += group.label.utf8
        if let horodate = group.horodate {
            bytes.append(separator)
            bytes += horodate.utf8
        }
        bytes.append(separator)
        bytes += group.data.utf8
        var sum = bytes[start...].reduce(0) { $0 + Int($1) }
        bytes.append(separator)
        if mode == .standard { sum += Int(separator) }
        bytes.append(UInt8(sum & 0x3F) + 0x20)
        bytes.append(0x0D)
    }

    /// The time, in seconds, that a meter takes for bytes of ten bits and the silence of 25 ms after a frame.
    public static func seconds(bytes: Int, mode: HouseMode) -> Double {
        Double(bytes * 10) / (mode == .standard ? 9600 : 1200) + 0.025
    }
}
