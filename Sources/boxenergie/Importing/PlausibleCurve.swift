import SupplierFiles

/// Doubts what no household can have drawn by its contract: an error of the transmission from the meter, unless the
/// contract was for more then.
struct PlausibleCurve {
    /// The times of the subscribed power that a half hour may have: a meter cuts off soon above it.
    private static let factor = 1.3

    /// The subscribed power of today in kVA; nothing is doubted without it.
    let subscribedKVA: Double?

    private func isPlausible(_ interval: SupplierFile.Interval) -> Bool {
        guard let subscribedKVA, interval.direction == .import else { return true }
        let watts = interval.wattHours * 3600 / Double(max(1, interval.end - interval.start))
        return watts <= subscribedKVA * 1000 * Self.factor
    }

    /// The file with its steps far above the subscribed power in doubt.
    func marked(_ file: SupplierFile) -> SupplierFile {
        var file = file
        for place in file.curve.indices where !isPlausible(file.curve[place]) { file.curve[place].isDoubtful = true }
        return file
    }

    /// The steps far above it.
    func count(in files: [SupplierFile]) -> Int {
        files.reduce(0) { $0 + $1.curve.count { !isPlausible($0) } }
    }
}
