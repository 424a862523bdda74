import MeterCore
import MeterNotation

/// The way round in which a profile's meter is mounted or connected, by the household's words and by what it measures.
struct MeterDirection: Sendable {
    /// True when what the meter counts as drawn is stored as given, and the other way round.
    let exchangesRegisters: Bool
    /// True when its power is stored with the other sign.
    let turnsPower: Bool
    /// The setting that turns the sign of its power round.
    let turning: String

    /// Reads `invert` and `invert_power`, both false by default; problems go to the section's diagnostics.
    ///
    /// A meter at a battery sees charging as drawn, and the role stores what the battery gives as positive. What is
    /// plugged into a meter and produces comes out of it: that is below 0 there, and a register of its own.
    ///
    /// - Parameters:
    ///   - settings: of the source.
    ///   - map: of the profile; `nil` for values of the household's own.
    ///   - usual: the role that the profile has by itself.
    ///   - role: of the device.
    ///   - isPlug: true for a meter into which things are plugged, which cannot be mounted the other way round.
    init(settings: ConfigSection, of map: FieldMap?, usual: MeterRole, as role: MeterRole, isPlug: Bool = false) {
        let isInverted = settings.boolean(
            "invert",
            default: false,
            "The meter or its clamps are the wrong way round: import and export are exchanged."
        )
        let hasInvertedPower = settings.boolean(
            "invert_power",
            default: false,
            "The power of a profile's device has the wrong sign."
        )
        for key in ["invert", "invert_power"] where settings.contains(key) && !settings.contains("profile") {
            settings.report("a value of your own has the other sign by scale = -1", at: key)
        }
        let isMeter = usual != .battery && usual != .production
        let isAtBattery = isMeter && role == .battery
        let isAtPanels = isPlug && role == .production
        if let map, map.parts.isEmpty, settings.contains("invert"), !(isMeter && map.hasExport) {
            settings.report(
                "this device has no registers of both directions; invert_power turns its power",
                at: "invert"
            )
        }
        if isAtPanels, hasInvertedPower {
            settings.report(
                "what is plugged in produces, so that its power is turned already: leave it out",
                at: "invert_power",
                severity: .warning
            )
        }
        exchangesRegisters = isInverted != isAtPanels
        turnsPower = (isInverted != hasInvertedPower) != (isAtBattery || isAtPanels)
        turning = "invert_power = \(!hasInvertedPower)"
    }
}

extension FieldMap {
    /// True when there are registers of what is given, of the whole device or of its phases.
    fileprivate var hasExport: Bool { fields.contains { $0.field == Field.whOut.rawValue && $0.part == nil } }

    /// The values of a profile's device in the direction in which it counts; those of a hybrid's parts are as they are.
    func turned(_ direction: MeterDirection?) -> FieldMap {
        guard let direction else { return self }
        var map = self
        map.fields = fields.map { field in
            guard field.part == nil else { return field }
            switch Field(rawValue: field.field) {
            case .w?, .var?: return direction.turnsPower ? field.turned : field
            default: return direction.exchangesRegisters ? field.exchanged : field
            }
        }
        return map
    }
}

extension FieldSettings {
    /// The same register of the other direction; any other value as it is.
    fileprivate var exchanged: FieldSettings {
        var other = self
        other.field = MeterDirection.exchanged(field)
        // The only register of what is plugged in: a device that lacks it is told so.
        if other.field == Field.whIn.rawValue { other.isOptional = false }
        return other
    }
}

extension MeterDirection {
    /// The name of a register's field in the other direction; any other name as it is.
    static func exchanged(_ field: String) -> String {
        switch Field(rawValue: field) {
        case .whIn?: Field.whOut.rawValue
        case .whOut?: Field.whIn.rawValue
        default: field
        }
    }
}
