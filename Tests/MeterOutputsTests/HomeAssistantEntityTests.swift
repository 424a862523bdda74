import Foundation
import Testing

@testable import MeterCore
@testable import MeterOutputs

/// Each message by which Home Assistant finds a value, against what its releases take: a wrong one makes no entity in
/// 2026.11.0, and says nothing to us.
struct HomeAssistantEntityTests {
    /// Class, state class and units that both releases take without a word.
    private static let allowed: [(device: String?, state: String?, units: [String])] = [
        ("energy", "total_increasing", ["Wh", "kWh"]), ("water", "total_increasing", ["m³", "L"]),
        ("gas", "total_increasing", ["m³"]), ("power", "measurement", ["W"]),
        ("apparent_power", "measurement", ["VA"]), ("voltage", "measurement", ["V"]),
        ("temperature", "measurement", ["°C"]), ("duration", "measurement", ["s"]), ("battery", "measurement", ["%"]),
        (nil, "measurement", ["%"]), (nil, nil, [""]),
    ]

    private func entity(
        _ quantity: ShownQuantity,
        _ more: String = "",
        site: String = "maison"
    ) throws -> (topic: String, config: [String: Any]) {
        let settings = try mirrorSettings(more)
        let topics = MirrorTopics(settings, site: site)
        let entity = HomeAssistantEntity(quantity, topics, site: site, release: "1.2.3", settings.language)
        let config = try #require(try JSONSerialization.jsonObject(with: Data(entity.text.utf8)) as? [String: Any])
        return (try #require(topics.announcement(of: quantity)), config)
    }

    @Test("every quantity is announced as every release takes it", arguments: Measure.allCases)
    func table(_ measure: Measure) throws {
        for meter in ["", "linky", "Été à la cave", "toit 2"] {
            let quantity = ShownQuantity(measure, of: meter, part: measure == .index ? "HCJB" : "")
            let (topic, config) = try entity(quantity)
            let found = (config["device_class"] as? String, config["state_class"] as? String)
            let unit = config["unit_of_measurement"] as? String ?? ""
            #expect(Self.allowed.contains { ($0.device, $0.state) == found && $0.units.contains(unit) }, "\(config)")
            let parts = topic.split(separator: "/", omittingEmptySubsequences: false)
            #expect(parts.count == 5 && parts[0] == "homeassistant" && parts[1] == "sensor" && parts[4] == "config")
            for part in parts[2...3] { #expect(String(part).wholeMatch(of: #/[A-Za-z0-9_-]+/#) != nil, "\(topic)") }
            let id = try #require(config["default_entity_id"] as? String)
            #expect(id.wholeMatch(of: #/sensor\.[a-z0-9_]+/#) != nil, "\(id)")
            #expect(config["object_id"] as? String == config["unique_id"] as? String)
            #expect(config["availability_topic"] as? String == "boxenergie/maison/etat")
            let device = try #require(config["device"] as? [String: Any])
            #expect((device["identifiers"] as? [String])?.count == 1)
            #expect((config["origin"] as? [String: Any])?["name"] as? String == "boxenergie")
            let name = try #require(config["name"] as? String)
            let deviceName = try #require(device["name"] as? String)
            #expect(!name.isEmpty && !name.contains(deviceName))
            #expect(config["icon"] == nil)
        }
    }

    @Test("the energy of the Linky is announced word for word")
    func linky() throws {
        let (topic, config) = try entity(ShownQuantity(.imported, of: "linky"))
        #expect(topic == "homeassistant/sensor/boxenergie_maison_linky/import_wh/config")
        let expected: [String: Any] = [
            "name": "Énergie soutirée", "unique_id": "boxenergie_maison_linky_import_wh",
            "object_id": "boxenergie_maison_linky_import_wh",
            "default_entity_id": "sensor.boxenergie_maison_linky_import_wh",
            "state_topic": "boxenergie/maison/linky/import_wh", "availability_topic": "boxenergie/maison/etat",
            "device_class": "energy", "state_class": "total_increasing", "unit_of_measurement": "Wh",
            "device": [
                "identifiers": ["boxenergie_maison_linky"], "name": "Linky", "manufacturer": "boxenergie",
                "sw_version": "1.2.3", "via_device": "boxenergie_maison",
            ] as [String: Any],
            "origin": ["name": "boxenergie", "sw_version": "1.2.3"],
        ]
        #expect(NSDictionary(dictionary: config) == NSDictionary(dictionary: expected))
    }

    @Test("names are English where they are wished so; another house says which it is")
    func language() throws {
        let (_, config) = try entity(ShownQuantity(.voltage, of: "linky", part: "2"), "language = \"en\"", site: "gîte")
        #expect(config["name"] as? String == "Voltage of phase 2")
        #expect((config["device"] as? [String: Any])?["name"] as? String == "Linky (gîte)")
    }

    @Test("an energy and its power share the longest beginning, by which Domoticz pairs them")
    func pairs() {
        for (energy, power) in [
            (Measure.imported, Measure.importPower), (.exported, .exportPower), (.produced, .productionPower),
            (.charged, .chargePower), (.discharged, .dischargePower), (.consumed, .consumptionPower),
            (.portOut, .portOutPower), (.portIn, .portInPower),
        ] {
            let (one, other) = (ShownQuantity(energy, of: "m").word, ShownQuantity(power, of: "m").word)
            #expect(one == other.dropLast(1) + "wh", "\(one) \(other)")
        }
    }
}
