import MeterCore
public import MeterNotation

/// What a month was like, besides its energies.
extension HouseHistory {
    /// What each register of the tariff counted on a local day.
    public struct RegisterDay: Sendable, Equatable {
        /// The start of the day, in seconds since 1970.
        public var start: Int64
        public var register: String
        /// Wh.
        public var wattHours: Double
        /// €; `nil` without a price.
        public var euros: Double?
        /// True when no register counted it: an import reckoned it from a curve.
        public var isEstimated = false
    }

    /// The registers of the days of a span of at most a month that counted something, in order.
    ///
    /// - Throws: as `InfluxClient.query(_:database:timeout:)`.
    public func registers(_ span: Range<Int64>, _ calendar: LocalCalendar) async throws -> [RegisterDay] {
        let columns = [Field.wh, .eur, .estimated].map { quotedIdentifier($0.rawValue) }.joined(separator: ", ")
        let select =
            "SELECT \(columns) FROM \(Kind.quarterTariff.measurement) WHERE \(condition(span)) GROUP BY \"register\""
        var days: [Int64: [String: RegisterDay]] = [:]
        try await client.rows(of: select, database: client.settings.database) { row in
            guard let register = row.tags["register"], let value = row.number(0) else { return }
            let start = calendar.startOfDay(row.time)
            var day = days[start]?[register] ?? RegisterDay(start: start, register: register, wattHours: 0)
            day.wattHours += value
            if let euros = row.number(1) { day.euros = (day.euros ?? 0) + euros }
            if row.values.last == "true" { day.isEstimated = true }
            days[start, default: [:]][register] = day
        }
        return days.sorted { $0.key < $1.key }.flatMap {
            $0.value.values.filter { $0.wattHours > 0 }.sorted { $0.register < $1.register }
        }
    }

    /// The names of the registers F01 to F10 in mode standard that are known, in the household's words.
    ///
    /// - Throws: as `InfluxClient.query(_:database:timeout:)`.
    public func registerNames() async throws -> [String: String] {
        let numbers = 1...10
        let columns = numbers.map { number in
            "last(\(quotedIdentifier(SupplierRegister.name(number).lowercased())))"
        }
        let condition = client.condition(ofSite: site)
        let place = condition.isEmpty ? "" : " WHERE \(condition)"
        let select = "SELECT \(columns.joined(separator: ", ")) FROM \(Kind.siteInfo.measurement)\(place)"
        var names: [String: String] = [:]
        try await client.rows(of: select, database: client.settings.database) { row in
            for (number, text) in zip(numbers, row.values) where !text.isEmpty {
                names[SupplierRegister.name(number)] = String(text)
            }
        }
        return names
    }

    /// The largest apparent power of a span.
    public struct Peak: Sendable, Equatable {
        /// The start of its quarter, in seconds since 1970.
        public var time: Int64
        /// In VA.
        public var va: Double
        /// What is subscribed, in VA; `nil` where no meter told it.
        public var subscribedVA: Double?
    }

    /// The largest apparent power drawn in a span; `nil` where no meter told one.
    ///
    /// - Throws: as `InfluxClient.query(_:database:timeout:)`.
    public func peak(_ span: Range<Int64>) async throws -> Peak? {
        let select =
            "SELECT top(\(quotedIdentifier(Field.vaMax.rawValue)), 1), \(quotedIdentifier(Field.prefVA.rawValue))"
            + " FROM \(Kind.quarterPower.measurement) WHERE \(condition(span))"
        var peak: Peak?
        try await client.rows(of: select, database: client.settings.database) { row in
            guard let va = row.number(0) else { return }
            peak = Peak(time: row.time, va: va, subscribedVA: row.number(1))
        }
        return peak
    }

    /// The quarters of a span of which nothing was measured: missing ones, and shares of longer gaps.
    ///
    /// They are counted from the first quarter that is known, so that the time before the box is none of them; what a
    /// supplier's file tells is measured.
    ///
    /// - Returns: `nil` for a span without any quarter.
    /// - Throws: as `InfluxClient.query(_:database:timeout:)`.
    public func silentQuarters(_ span: Range<Int64>) async throws -> Int? {
        let drawn = quotedIdentifier(Field.importWh.rawValue)
        func first(_ column: String, _ more: String = "") async throws -> (time: Int64, value: Double)? {
            let select = "SELECT \(column) FROM \(Kind.quarterEnergy.measurement) WHERE \(condition(span))\(more)"
            var found: (time: Int64, value: Double)?
            try await client.rows(of: select, database: client.settings.database) { row in
                if let value = row.number(0) { found = (row.time, value) }
            }
            return found
        }
        guard let start = try await first("first(\(drawn))")?.time else { return nil }
        let all = try await first("count(\(drawn))")?.value ?? 0
        let marks = [Field.estimated, .imported].map { quotedIdentifier($0.rawValue) + " = true" }
        let shared = try await first("count(\(drawn))", " AND \(marks[0])")?.value ?? 0
        let files = try await first("count(\(drawn))", " AND \(marks.joined(separator: " AND "))")?.value ?? 0
        return Int(span.upperBound - start) / 900 - Int(all) + Int(shared - files)
    }
}
