import Glibc
import MeterNotation

/// The place of the sun, to tell an inverter that sleeps from one that is missing.
enum Daylight {
    /// The height of the sun's centre over the horizon, in degrees, without refraction; right to a tenth until 2050.
    ///
    /// The low-precision formulas of the Astronomical Almanac.
    ///
    /// - Parameters:
    ///   - seconds: since 1970.
    ///   - latitude: in degrees north.
    ///   - longitude: in degrees east.
    /// - Returns: from -90 to 90.
    static func height(at seconds: Int64, latitude: Double, longitude: Double) -> Double {
        func radians(_ degrees: Double) -> Double { degrees * .pi / 180 }
        let days = Double(seconds) / 86_400 - 10_957.5
        let anomaly = radians(357.529 + 0.985_600_28 * days)
        let ecliptic = radians(280.459 + 0.985_647_36 * days + 1.915 * sin(anomaly) + 0.020 * sin(2 * anomaly))
        let tilt = radians(23.439)
        let declination = asin(sin(tilt) * sin(ecliptic))
        let ascension = atan2(cos(tilt) * sin(ecliptic), cos(ecliptic))
        let hourAngle = radians(280.460_62 + 360.985_647_37 * days + longitude) - ascension
        let north = radians(latitude)
        return asin(sin(north) * sin(declination) + cos(north) * cos(declination) * cos(hourAngle)) * 180 / .pi
    }
}

extension Ledger.Settings {
    /// The middle of France, and the degrees that the sun may stand higher in its corners.
    ///
    /// It sets half an hour later in Brest.
    private static let middle = (latitude: 46.6, longitude: 2.4, margin: 9.0)

    /// True when nothing can be produced: the sun is under the horizon.
    ///
    /// An inverter that is silent then produces 0 W; by day a silent one is unknown. Where the place is not in the
    /// configuration but the time is that of France, the sun must be down in all its corners; elsewhere nothing is
    /// known.
    func isNight(at seconds: Int64) -> Bool { sunIsBelow(0, at: seconds) }

    /// True when an inverter may be silent without anything being wrong: before a late dawn, or after an early dusk.
    public func isTooDimToWork(at seconds: Int64) -> Bool { sunIsBelow(8, at: seconds) }

    /// True from the time on at which it is too dim to work until sunrise.
    func isEveningOrNight(at seconds: Int64) -> Bool {
        // No night is as short as that.
        isTooDimToWork(at: seconds) && (isNight(at: seconds) || !isNight(at: seconds - 4 * 3600))
    }

    /// True unless the sun is surely so high that no mountain and no cloud keeps an inverter from working.
    func mayBeTooDimToWork(at seconds: Int64) -> Bool {
        guard let sun = sun(at: seconds) else { return true }
        return sun.height - sun.margin < 15
    }

    /// True when the sun is surely lower than some degrees; false for a place that is not known.
    private func sunIsBelow(_ degrees: Double, at seconds: Int64) -> Bool {
        sun(at: seconds).map { $0.height + $0.margin < degrees } ?? false
    }

    /// The sun's height in degrees, and by how many it may be wrong; `nil` for a place that is not known.
    private func sun(at seconds: Int64) -> (height: Double, margin: Double)? {
        if let latitude = place.latitude, let longitude = place.longitude {
            return (Daylight.height(at: seconds, latitude: latitude, longitude: longitude), 0)
        }
        guard calendar.zone.name == TimeZoneRules.paris.name else { return nil }
        let (latitude, longitude, margin) = Self.middle
        return (Daylight.height(at: seconds, latitude: latitude, longitude: longitude), margin)
    }
}
