/// Writes frames as a meter sends them.
public enum TICWriter {
    /// The bytes of a frame, from STX to ETX.
    public static func frame(_ state: HouseState) -> [UInt8] {
        var bytes: [UInt8] = [0x02]
        for group in state.groups { bytes += self.group(group, state.options.mode) }
        return bytes + [0x03]
    }

    /// The bytes of a group, from LF to CR.
    ///
    /// The checksum covers the last separator in standard mode only.
    static func group(_ group: TICGroup, _ mode: HouseMode) -> [UInt8] {
        let separator = mode == .standard ? "\t" : " "
        let body = ([group.label, group.horodate, group.data].compactMap { $0 }).joined(separator: separator)
        let summed = [UInt8]((mode == .standard ? body + separator : body).utf8)
        let sum = summed.reduce(0) { $0 + Int($1) }
        return [0x0A] + [UInt8]((body + separator).utf8) + [UInt8(sum & 0x3F) + 0x20, 0x0D]
    }

    /// How long a meter takes for so many bytes and the silence after a frame, in seconds.
    public static func seconds(bytes: Int, mode: HouseMode) -> Double {
        Double(bytes * 10) / (mode == .standard ? 9600 : 1200) + 0.025
    }
}
