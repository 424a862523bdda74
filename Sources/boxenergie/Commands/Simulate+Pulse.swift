import MeterCore
import MeterProtocols
import MeterSimulation

extension Simulate {
    /// Writes a trace of the contact of the solar panels' meter, an edge a line.
    ///
    /// - Parameters:
    ///   - house: the house, at its beginning.
    ///   - pulses: pulses a kWh.
    ///   - start: the first second, in seconds since 1970.
    ///   - output: the path of the trace; `-` is standard output.
    /// - Throws: a `DiskError` when it cannot be written.
    func writePulses(_ house: inout House, _ pulses: Double, from start: Int64, to output: String) throws {
        let file = try OpenFile.output(output)
        var writer = PulseWriter(pulsesPerKilowattHour: pulses, seed: seed)
        var text = "# seconds since 1970, and 1 for the closed contact\n"
        for second in start..<(start + (seconds ?? 86_400)) {
            let watts = house.advance(to: second).productionWatts
            for edge in writer.edges(watts: watts, second: UInt64(clamping: second)) {
                text += PulseTrace.write(PulseEdge(at: edge.time, isActive: edge.isActive)) + "\n"
            }
            if text.utf8.count > 1 << 16 {
                try file.write([UInt8](text.utf8))
                text = ""
            }
        }
        try file.write([UInt8](text.utf8))
    }
}
