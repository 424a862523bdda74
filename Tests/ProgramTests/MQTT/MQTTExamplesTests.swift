import Foundation
import MeterCore
import MeterSources
import Testing

/// What well-known programs and devices publish, in the shapes that their manuals describe, through a real broker.
@Suite(.mayBlock, .enabled(if: MQTTPeer.isThere, "mosquitto is not installed"), .timeLimit(.minutes(10)))
struct MQTTExamplesTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var settings: String
        var messages: [(topic: String, payload: String)]
        var lines: [String]
    }

    static let examples = [
        Example(
            testDescription: "Zigbee2MQTT: each device is an object with what it has",
            settings: """
                topics = ["zigbee2mqtt/{device}"]
                measurement = "raw.zigbee"
                fields.temp_c = { path = "temperature", unit = "°C", optional = true }
                fields.w = { path = "power", unit = "W", optional = true }
                fields.wh = { path = "energy", unit = "kWh", optional = true }
                fields.on = { path = "state", type = "boolean", optional = true }
                """,
            messages: [
                ("zigbee2mqtt/bridge/state", #"{"state":"online"}"#),
                ("zigbee2mqtt/chambre", #"{"battery":97,"humidity":48.2,"linkquality":120,"temperature":19.4}"#),
                (
                    "zigbee2mqtt/prise four",
                    #"{"current":2.8,"energy":12.34,"linkquality":80,"power":640,"state":"ON","voltage":231}"#
                ),
                // A register is believed once a second reading agrees.
                ("zigbee2mqtt/prise four", #"{"energy":12.34,"power":645}"#),
                ("zigbee2mqtt/bouton", #"{"action":"single","battery":80,"linkquality":60}"#),
            ],
            lines: [
                "zigbee,device=chambre temp_c=19.4", "zigbee,device=prise\\ four w=640,on=true",
                "zigbee,device=prise\\ four w=645,wh=12340i",
            ]
        ),
        Example(
            testDescription: "Tasmota: tele/TOPIC/SENSOR with an ENERGY object",
            settings: """
                topics = ["tele/{device}/SENSOR"]
                measurement = "raw.tasmota"
                fields.w = { path = "ENERGY.Power", unit = "W" }
                fields.v = { path = "ENERGY.Voltage", unit = "V" }
                """,
            messages: [
                ("tele/lave-linge/STATE", #"{"Time":"2026-02-01T10:00:00","Uptime":"0T01:00:10","POWER":"ON"}"#),
                (
                    "tele/lave-linge/SENSOR",
                    """
                    {"Time":"2026-02-01T10:00:00","ENERGY":{"TotalStartTime":"2025-01-01T00:00:00","Total":81.234,
                    "Yesterday":1.2,"Today":0.4,"Period":3,"Power":1890,"ApparentPower":1934,"ReactivePower":409,
                    "Factor":0.98,"Voltage":229,"Current":8.445}}
                    """
                ),
            ],
            lines: ["tasmota,device=lave-linge w=1890,v=229"]
        ),
        Example(
            testDescription: "ESPHome: a teleinfo sensor each, a number on a topic of its own",
            settings: """
                topics = ["teleinfo/sensor/{field}/state"]
                format = "number"
                measurement = "raw.esphome"
                fields.va = { path = "papp", unit = "VA" }
                fields.a = { path = "iinst", unit = "A" }
                fields.ptec = { path = "ptec", type = "string" }
                """,
            messages: [
                ("teleinfo/sensor/papp/state", "1640"), ("teleinfo/sensor/iinst/state", "7.0"),
                ("teleinfo/sensor/ptec/state", "HP.."), ("teleinfo/sensor/wifi_signal/state", "-61"),
                ("teleinfo/status", "online"), ("teleinfo/sensor/papp/state", "nan"),
            ],
            lines: ["esphome va=1640", "esphome a=7", "esphome ptec=\"HP..\""]
        ),
        Example(
            testDescription: "Node-RED: a payload under payload, or a bare number",
            settings: """
                topics = ["maison/{room}/piscine"]
                measurement = "raw.nodered"
                fields.temp_c = { path = "payload", unit = "°C" }
                """,
            messages: [
                ("maison/jardin/piscine", #"{"_msgid":"a1b2","topic":"piscine","payload":27.5}"#),
                ("maison/toit/piscine", #"{"payload":"28,1"}"#),
            ],
            lines: ["nodered,room=jardin temp_c=27.5", "nodered,room=toit temp_c=28.1"]
        ),
        Example(
            testDescription: "a bare number without a part of the topic that names it",
            settings: """
                topics = ["maison/+/cuve"]
                format = "number"
                measurement = "raw.cuve"
                fields.level = { path = "value" }
                """,
            messages: [("maison/x/cuve", " 81,5 ")],
            lines: ["cuve level=81.5"]
        ),
        Example(
            testDescription: "line protocol, with a tag of the topic",
            settings: """
                topics = ["lp/{room}/#"]
                format = "line"
                measurements = ["raw.temp"]
                tags = ["sensor"]
                """,
            messages: [("lp/cave/a/b", "temp,sensor=1 c=12.5\ntemp,sensor=2 c=13"), ("lp/cave", "temp,room=x c=1")],
            lines: ["temp,room=cave,sensor=1 c=12.5", "temp,room=cave,sensor=2 c=13"]
        ),
    ]

    @Test("what a program publishes becomes the readings that it says", arguments: examples)
    func readings(_ example: Example) async throws {
        let broker = try MQTTPeer()
        let run = SourceRun(
            MQTTSource.self,
            name: "it",
            "broker = \"mqtt://127.0.0.1:\(broker.port)\"\n" + example.settings
        )
        try await whileHearing(run, broker) {
            for message in example.messages { try broker.publish(message.topic, message.payload, "-q", "1") }
            // The broker keeps the order: once this one is counted, nothing else comes.
            try broker.publish(try #require(example.messages.last).topic, "", "-q", "1")
            try await wait { run.status.quality["empty messages"] == 1 }
        }
        #expect(run.all.map(lineText) == example.lines)
    }

    @Test("what cannot be is said", arguments: mistakes)
    func settings(_ settings: String, words: String) {
        let document = ConfigDocument(text: "topics = [\"a\"]\nmeasurement = \"m\"\n" + settings, file: "test.toml")
        _ = MQTTSource(settings: document.root)
        #expect(document.diagnostics.all.contains { $0.description.contains(words) }, "\(document.diagnostics.all)")
    }

    static let mistakes = [
        ("broker = \"192.168.1.1\"", "expected an address such as"),
        ("broker = \"mqtt://a:b@host\"", "expected an address such as"),
        ("broker = \"mqtt://host:0\"", "expected an address such as"),
        ("ca_file = \"/x\"", "it is for a broker with TLS"), ("password_file = \"/x\"", "a password needs a username"),
        ("status_topic = \"a/#\"", "it has no wildcards"), ("qos = 3", "from 0 to 2"),
    ]

    @Test(
        "topics that cannot be are refused",
        arguments: [
            ("", "1 to 1000"), ("a/#/b", "stands at the end"), ("a/b+", "a whole part"),
            ("a/{}/b", "no name for a tag"),
            ("a/{site}", "no name for a tag"), ("a/{x}/{x}", "no name for a tag"), ("a/{field}/{field}", "stands once"),
            ("a/{Name}", "no name for a tag"), ("a/{field}", "for the format number"),
        ]
    )
    func topics(topic: String, words: String) {
        let document = ConfigDocument(
            text: "topics = [\"\(topic)\"]\nmeasurement = \"m\"\nfields = { val = { path = \"v\" } }",
            file: "test.toml"
        )
        _ = MQTTSource(settings: document.root)
        #expect(document.diagnostics.all.contains { $0.description.contains(words) }, "\(document.diagnostics.all)")
    }

    @Test("each device of a wildcard counts for itself, by the parts of its topic")
    func role() {
        let text =
            "topics = [\"a/{room}/{plug}\"]\nfields = { wh_in = { path = \"w\", unit = \"Wh\" } }\n"
            + "role = \"consumption\""
        let document = ConfigDocument(text: text, file: "test.toml")
        let source = MQTTSource(settings: document.root)
        #expect(document.diagnostics.all.isEmpty, "\(document.diagnostics.all)")
        #expect(source.declaration.stores.map(\.parts) == [["device", "room", "plug"]])
        let tags = [("source", "prises"), ("room", "cuisine"), ("plug", "four"), ("role", "consumption")]
        let series = Series(
            Kind.meter.measurement,
            kind: .meter,
            parts: ["device", "room", "plug"],
            tags: tags,
            fields: ["wh_in"]
        )
        #expect(series.subject.meter == "prises cuisine/four")
    }
}
