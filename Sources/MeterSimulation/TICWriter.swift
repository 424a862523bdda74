/// Writes TIC frames as a meter sends them (Enedis-NOI-CPT_54E §5 and §6).
public enum TICWriter {
    /// The bytes of a frame, from STX to ETX.
    public static func frame(_ state: HouseState) -> [UInt8] {
        var bytes: [UInt8] = [0x02]
        for group in state.groups { bytes += self.group(group, state.options.mode) }
        return bytes + [0x03]
    }

    /// The bytes of a group, from LF to CR.
    ///
    /// The checksum is the sum's lowest six bits plus 0x20. In standard mode it covers the last separator, in
    /// historique not.
    static func group(_ group: TICGroup, _ mode: HouseMode) -> [UInt8] {
        let separator = mode == .standard ? "\t" : " "
        let body = ([group.label, group.horodate, group.data].compactMap { $0 }).joined(separator: separator)
        let summed = [UInt8]((mode == .standard ? body + separator : body).utf8)
        let sum = summed.reduce(0) { $0 + Int($1) }
        return [0x0A] + [UInt8]((body + separator).utf8) + [UInt8(sum & 0x3F) + 0x20, 0x0D]
    }

    /// The time, in seconds, that a meter takes for bytes of ten bits and the silence of 25 ms after a frame.
    public static func seconds(bytes: Int, mode: HouseMode) -> Double {
        Double(bytes * 10) / (mode == .standard ? 9600 : 1200) + 0.025
    }
}
