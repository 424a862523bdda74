extension MBusSelector {
    /// The value among a meter's records, in the wanted unit.
    ///
    /// A plain quantity also means the one that only counts what flows into the house, when there is no other. A meter
    /// that counts by tariffs and has no total means their sum.
    ///
    /// - Returns: `nil` when there is none, the meter says that it is invalid, or its unit is of another kind.
    public func value(in records: [MBusRecord]) -> MBusNumber? {
        let parts = self.records(in: records)
        var sum: MBusNumber?
        for record in parts {
            // A sum without one of its parts would step back.
            guard let number = record.value.number, let part = wanted(number, of: record, as: parts.first) else {
                return nil
            }
            sum = sum.map { $0.adding(part) } ?? part
        }
        return sum
    }

    /// The smallest step of the meter's number, its last digit, in the wanted unit: the value grows by no less.
    ///
    /// - Returns: `nil` when there is no such value, or its number has no last digit.
    public func step(in records: [MBusRecord]) -> Double? {
        let parts = self.records(in: records)
        let steps = parts.compactMap { record -> Double? in
            guard case .decimal(_, let exponent)? = record.value.number else { return nil }
            return wanted(.decimal(1, exponent: exponent), of: record, as: parts.first)?.double
        }
        return steps.count == parts.count ? steps.max() : nil
    }

    /// A record's number in the wanted unit, else in that of the first part; `nil` when it is of another kind.
    private func wanted(_ number: MBusNumber, of record: MBusRecord, as first: MBusRecord?) -> MBusNumber? {
        var number = number
        if case .decimal(let mantissa, let exponent) = factor, (mantissa, exponent) != (1, 0) {
            number = number.times(mantissa).scaled(by: exponent)
        }
        guard let unit = unit ?? first?.unit, unit != record.unit else { return number }
        return MBusConversion.convert(number, from: record.unit, to: unit)
    }

    /// The records that make the value: one, or those of all tariffs.
    private func records(in records: [MBusRecord]) -> [MBusRecord] {
        if let record = record(in: records) { return [record] }
        guard tariff == 0, kind == .quantity(.energy) || kind == .quantity(.volume) else { return [] }
        let alike = candidates(in: records, anyTariff: true)
        var parts: [MBusRecord] = []
        for meanings in meanings.isEmpty ? [[], [MBusQualifier.positiveOnly.description]] : [self.meanings]
        where parts.isEmpty {
            for record in alike where record.meanings.map(\.description) == meanings {
                // A tariff that is told twice counts once.
                if !parts.contains(where: { $0.tariff == record.tariff }) { parts.append(record) }
            }
        }
        return parts
    }

    /// The records of the kind, function, storage and subunit, and of the tariff unless any will do.
    private func candidates(in records: [MBusRecord], anyTariff: Bool) -> [MBusRecord] {
        records.filter { record in
            switch kind {
            case .quantity(let quantity): guard record.quantity == quantity else { return false }
            case .called(let name): guard record.name == name else { return false }
            case .place: return false
            }
            return record.function == function && record.storage == storage && record.subunit == subunit
                && (anyTariff || record.tariff == tariff)
        }
    }

    /// The record that is meant; `nil` when the meter has none such.
    func record(in records: [MBusRecord]) -> MBusRecord? {
        if case .place(let place) = kind { return records.indices.contains(place) ? records[place] : nil }
        let candidates = candidates(in: records, anyTariff: false)
        return candidates.first { $0.meanings.map(\.description) == meanings }
            ?? (meanings.isEmpty ? candidates.first { $0.meanings == [.positiveOnly] } : nil)
    }

    /// A selector for each record that has a number, in their order; each picks just its record, and no record twice.
    ///
    /// A record that its words do not tell from another one is named by its place.
    public static func each(of records: [MBusRecord]) -> [(selector: MBusSelector, record: MBusRecord)] {
        var firsts: Set<String> = []
        return records.enumerated().compactMap { place, record in
            guard record.value.number != nil else { return nil }
            let words = MBusSelector(record)
            if firsts.insert(words.description).inserted, MBusSelector(words.description) == words {
                return (words, record)
            }
            var numbered = MBusSelector(.unknown)
            numbered.kind = .place(place)
            return (numbered, record)
        }
    }
}
