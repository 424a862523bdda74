public import MeterNotation

/// A part of a quarter of an hour that one of the contract's registers counts.
public struct RegisterShare: Sendable, Hashable {
    /// The register's number in the contract, from 1.
    public var register: Int
    /// From 0 to 1.
    public var share: Double
}

/// The registers that count where no meter tells them, by the hours and the colours of the contract.
extension TariffHistory {
    /// The registers that count in a quarter of an hour, and their shares of it.
    ///
    /// A Tempo day runs from 06:00 to 06:00: before that the colour is yesterday's. A mobile peak runs from 07:00 to 01:00
    /// of the next day. What is drawn in a quarter is taken as even, so that a window that begins within it gets its
    /// minutes.
    ///
    /// - Parameters:
    ///   - start: of the quarter, in seconds since 1970.
    ///   - calendar: that of the place.
    /// - Returns: shares that add up to 1; `nil` without a tariff, without off-peak hours, a colour or the days of
    ///   peaks.
    public func shares(ofQuarter start: Int64, _ calendar: LocalCalendar) -> [RegisterShare]? {
        let date = calendar.date(start)
        guard let tariff = tariff(on: date) else { return nil }
        let first = Int(floorModulo(start + calendar.zone.offset(at: start), 86_400) / 60)
        let minutes = first..<first + Int(Quarter.length) / 60
        switch tariff.option {
        case .base: return [RegisterShare(register: 1, share: 1)]
        case .hphc: return tariff.offPeak.map { Self.split($0.share(of: minutes, on: date), 1) }
        case .tempo:
            let day = first < 6 * 60 ? LocalDate(dayNumber: date.dayNumber - 1) : date
            guard let colour = tempo.lazy.compactMap({ $0.colour(on: day) }).first else { return nil }
            let place = Notices.Colour.allCases.firstIndex(of: colour) ?? 0
            return Self.split(OffPeakHours.tempo.share(of: minutes, on: date), 1 + 2 * place)
        case .ejp:
            return ejp.lazy.compactMap { $0.isPeak(minute: first, of: date) }.first.map {
                [RegisterShare(register: $0 ? 2 : 1, share: 1)]
            }
        }
    }

    /// The off-peak register and the one of the peak hours after it.
    private static func split(_ off: Double, _ register: Int) -> [RegisterShare] {
        [RegisterShare(register: register, share: off), RegisterShare(register: register + 1, share: 1 - off)]
            .filter { $0.share > 0 }
    }
}
