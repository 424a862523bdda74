/// The places of the models in a SunSpec device.
///
/// Addresses may move with the firmware: the map must be made anew when the marker is gone or a header has changed.
public struct SunSpecMap: Sendable, Hashable {
    /// A model in the device.
    public struct Block: Sendable, Hashable {
        /// The number of the model, such as 103.
        public var model: Int
        /// The address of its header.
        public var address: Int
        /// Registers behind the header's two; older devices have less than the current definition.
        public var length: Int
        /// The part of the device that it belongs to: each common block (model 1) begins one, the first is 1.
        public var part: Int
    }

    /// The address of the marker `SunS`.
    public var base: Int
    /// The models in the order of their addresses, unknown ones included.
    public var blocks: [Block]

    /// Reads holding registers; `nil` when the device has none at that address.
    public typealias Reading<Failure: Error> = (_ address: Int, _ count: Int) async throws(Failure) -> [UInt16]?

    /// The addresses at which the marker is looked for, in this order.
    public static let usualBases = [40_000, 50_000, 0]
    /// The letters `SunS`.
    private static let marker: [UInt16] = [0x5375, 0x6E53]
    /// More models than any device has; a list that has no end must not be followed for ever.
    private static let mostBlocks = 128

    /// Looks for the marker and walks the list of models behind it.
    ///
    /// - Parameters:
    ///   - bases: the addresses to look at.
    ///   - read: reads holding registers.
    /// - Returns: the map; `nil` when there is no marker.
    /// - Throws: the error of `read`, when the device cannot be reached.
    public static func discover<Failure: Error>(
        at bases: [Int] = usualBases,
        read: Reading<Failure>
    ) async throws(Failure) -> SunSpecMap? {
        for base in bases where try await read(base, marker.count) == marker {
            return SunSpecMap(base: base, blocks: try await walk(base + marker.count, read))
        }
        return nil
    }

    /// The models from an address on, up to the end mark 0xFFFF or to the first address without registers.
    private static func walk<Failure: Error>(
        _ start: Int,
        _ read: Reading<Failure>
    ) async throws(Failure) -> [Block] {
        var blocks: [Block] = []
        var address = start
        var part = 0
        while blocks.count < mostBlocks, address + 2 <= 0x10000 {
            guard let header = try await read(address, 2), header.count == 2, header[0] != 0xFFFF else { break }
            let (model, length) = (Int(header[0]), Int(header[1]))
            guard address + 2 + length <= 0x10000 else { break }
            if model == 1 { part += 1 }
            blocks.append(Block(model: model, address: address, length: length, part: max(part, 1)))
            address += 2 + length
        }
        return blocks
    }
}

extension SunSpecMap.Block {
    /// The requests that bring the whole model, header included; `most` is the registers that one may ask for.
    public func spans(most: Int) -> [ModbusSpan] {
        stride(from: 0, to: length + 2, by: most).map { start in
            ModbusSpan(.holdingRegisters, at: address + start, count: min(most, length + 2 - start))
        }
    }
}
