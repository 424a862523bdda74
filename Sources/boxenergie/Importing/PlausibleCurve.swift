import SupplierFiles

/// Sets aside what no household can have drawn: errors of the transmission from the meter.
struct PlausibleCurve {
    /// The times of the subscribed power that a half hour may have: a meter cuts off soon above it.
    private static let factor = 1.3

    /// The subscribed power in kVA; nothing is set aside without it.
    let subscribedKVA: Double?

    private func isPlausible(_ interval: SupplierFile.Interval) -> Bool {
        guard let subscribedKVA, interval.direction == .import else { return true }
        let watts = interval.wattHours * 3600 / Double(max(1, interval.end - interval.start))
        return watts <= subscribedKVA * 1000 * Self.factor
    }

    /// The file without its impossible steps, which are missing then.
    func filtered(_ file: SupplierFile) -> SupplierFile {
        var file = file
        file.curve.removeAll { !isPlausible($0) }
        return file
    }

    /// The steps that are set aside.
    func count(in files: [SupplierFile]) -> Int {
        files.reduce(0) { $0 + $1.curve.count { !isPlausible($0) } }
    }
}
