import FoundationEssentials
import MeterCore

/// The message by which Home Assistant finds a quantity, in the one form that all its releases and Domoticz take.
///
/// Seen with Home Assistant 2024.3.3 and 2026.11.0: a wrong combination of class and unit makes no entity there, and
/// nobody is told. Both `object_id` and `default_entity_id` are needed: each of the two heeds another one.
struct HomeAssistantEntity: Encodable {
    /// The device that entities are grouped under.
    struct Device: Encodable {
        var identifiers: [String]
        var name: String
        var manufacturer = "boxenergie"
        var swVersion: String
        var viaDevice: String?

        enum CodingKeys: String, CodingKey {
            case identifiers, name, manufacturer
            case swVersion = "sw_version"
            case viaDevice = "via_device"
        }
    }

    /// The program that tells of it.
    struct Origin: Encodable {
        var name = "boxenergie"
        var swVersion: String

        enum CodingKeys: String, CodingKey {
            case name
            case swVersion = "sw_version"
        }
    }

    var name: String
    var uniqueID: String
    var objectID: String
    var defaultEntityID: String
    var stateTopic: String
    var availabilityTopic: String
    var deviceClass: String?
    var stateClass: String?
    var unit: String?
    var category: String?
    var device: Device
    var origin: Origin

    enum CodingKeys: String, CodingKey {
        case name
        case uniqueID = "unique_id"
        case objectID = "object_id"
        case defaultEntityID = "default_entity_id"
        case stateTopic = "state_topic"
        case availabilityTopic = "availability_topic"
        case deviceClass = "device_class"
        case stateClass = "state_class"
        case unit = "unit_of_measurement"
        case category = "entity_category"
        case device, origin
    }

    init(
        _ quantity: ShownQuantity,
        _ topics: MirrorTopics,
        site: String,
        release: String,
        _ language: MQTTMirrorSettings.Language
    ) {
        let measure = quantity.measure
        let identifier = topics.identifier(of: quantity)
        let words = MirrorWords(language)
        name = words.name(of: quantity)
        uniqueID = identifier
        objectID = identifier
        // An entity's id has small letters, digits and underscores.
        defaultEntityID = "sensor." + identifier.lowercased().replacing("-", with: "_")
        stateTopic = topics.value(topics.name(of: quantity))
        availabilityTopic = topics.presence
        deviceClass = measure.deviceClass
        stateClass = measure == .tariff ? nil : measure.isTotal ? "total_increasing" : "measurement"
        unit = measure.unit == .none ? nil : measure.unit.rawValue
        category = measure.isOfBox ? "diagnostic" : nil
        device = Device(
            identifiers: [topics.device(of: quantity.meter)],
            name: words.device(topics.shown(quantity.meter), site: site),
            swVersion: release,
            viaDevice: quantity.meter.isEmpty ? nil : topics.node
        )
        origin = Origin(swVersion: release)
    }

    /// The message.
    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}

extension Measure {
    /// Home Assistant's class, which goes with the unit; `nil` for what has none.
    fileprivate var deviceClass: String? {
        switch self {
        case .water: "water"
        case .gas: "gas"
        case .stateOfCharge: "battery"
        default:
            switch unit {
            case .wattHours, .kilowattHours: "energy"
            case .watts: "power"
            case .voltAmperes: "apparent_power"
            case .volts: "voltage"
            case .celsius: "temperature"
            case .seconds: "duration"
            case .cubicMetres, .percent, .none: nil
            }
        }
    }
}
