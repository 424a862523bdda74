import MeterCore
import MeterNotation

/// A part of a hybrid inverter that is stored beside its panels; the raw value is the name of its table in a profile.
///
/// Panels and battery of a hybrid stand behind one port to the house: what the port gives is neither what the panels
/// make nor what the battery gives, but what both leave after all losses.
enum DevicePart: String, Sendable, CaseIterable {
    /// The inverter's port at the house's alternating current: positive while it gives.
    case acPort = "ac_port"
    /// The battery behind it: positive while it is discharged.
    case battery
    /// The inverter's own meter where the house meets the grid: positive while energy is drawn, negative while it is given.
    case grid

    /// The kind of its points, which go to the measurement of that.
    var kind: Kind {
        switch self {
        case .acPort: .acPort
        case .battery: .battery
        case .grid: .meter
        }
    }

    /// The meaning of its points for the house; that of a port is in its kind.
    var role: MeterRole? {
        switch self {
        case .acPort: nil
        case .battery: .battery
        case .grid: .import
        }
    }

    /// The tags that its points have besides the source's.
    var tags: [(String, String)] { self == .grid ? [("role", MeterRole.import.rawValue)] : [] }

    /// Adds itself to what a source stores and counts.
    fileprivate func declare(in declaration: inout Declaration, turning: String?) {
        var store = Declaration.Store(kind, in: kind.measurement, role: role)
        store.turning = turning
        declaration.stores.append(store)
        declaration.counts?.formUnion(role == .import ? [.import, .export] : role.map { [$0] } ?? [])
    }
}

/// The parts of a hybrid that a household wants to have stored.
struct WantedParts: Sendable {
    /// The parts, in the order of the profile; empty for a device that is no hybrid.
    let all: [DevicePart]
    /// The setting `invert_battery`, by default false: the battery's power has the other sign.
    let turnsBattery: Bool

    /// Reads `battery` (default true in a profile that has one), `invert_battery` and `grid` (both false by default);
    /// problems go to the section's diagnostics.
    ///
    /// - Parameters:
    ///   - settings: of the source.
    ///   - known: the parts of which the profile has values.
    ///   - isAsked: true by SunSpec, where only the household knows that there is a battery behind an inverter.
    init(settings: ConfigSection, of known: Set<DevicePart>, isAsked: Bool = false) {
        let hasBattery = settings.boolean(
            "battery",
            default: !known.isEmpty && !isAsked,
            "Whether a battery is connected to the hybrid inverter; the default with the profile of one."
        )
        let wantsGrid = settings.boolean(
            "grid",
            default: false,
            "Whether the inverter's own meter counts import and export; a Linky, if there is one, is the truth."
        )
        turnsBattery = settings.boolean(
            "invert_battery",
            default: false,
            "The power of the battery behind the hybrid inverter has the wrong sign; it is positive while the battery gives."
        )
        for (key, part) in [("battery", DevicePart.battery), ("invert_battery", .battery), ("grid", .grid)]
        where settings.contains(key) && !known.contains(part) {
            settings.report("this device has no such part", at: key)
        }
        if settings.contains("invert_battery"), known.contains(.battery), !hasBattery {
            settings.report("it needs battery = true", at: "invert_battery")
        }
        if !known.isEmpty, !isAsked {
            // The device says itself what each of its values is.
            for key in ["role", "measurement", "invert", "invert_power"] where settings.contains(key) {
                settings.report("a hybrid inverter tells panels, port and battery apart by itself", at: key)
            }
        }
        all = DevicePart.allCases.filter { part in
            guard known.contains(part) else { return false }
            switch part {
            case .acPort: return hasBattery || !isAsked
            case .battery: return hasBattery
            case .grid: return wantsGrid
            }
        }
    }

    /// True when a part is wanted.
    func contains(_ part: DevicePart) -> Bool { all.contains(part) }

    /// True for a power of a part that is stored with the other sign.
    func turns(_ field: String, of part: DevicePart?) -> Bool {
        turnsBattery && part == .battery && field == Field.w.rawValue
    }

    /// Adds the parts to what a source stores and counts.
    func declare(in declaration: inout Declaration) {
        for part in all {
            part.declare(in: &declaration, turning: part == .battery ? "invert_battery = \(!turnsBattery)" : nil)
        }
    }
}
