import Foundation
import MeterProtocols
import Testing

@Suite(.enabled(if: MBusCorpus.isThere)) struct MBusCorpusTests {
    private func frames(_ bytes: [UInt8]) -> (frames: [MBusFrame], quality: MBusFramer.Quality) {
        var framer = MBusFramer()
        var frames: [MBusFrame] = []
        framer.push(bytes) { frames.append($0) }
        framer.finish { frames.append($0) }
        return (frames, framer.quality)
    }

    @Test("there are 76 frames that must be read, and each argued difference belongs to one of them")
    func count() {
        let names = MBusCorpus.names("test-frames")
        #expect(names.count == 76)
        #expect(Set(argued.keys).isSubset(of: names))
    }

    @Test("a recorded frame reads as its normalized XML says", arguments: MBusCorpus.names("test-frames"))
    func recorded(name: String) throws {
        let (frames, quality) = frames(try MBusCorpus.bytes("test-frames", name))
        #expect(quality.frames == 1 && quality.noise == 0)
        let telegram = try MBusTelegram(try #require(frames.first))
        let xml = try #require(MBusCorpus.xml("test-frames", name + ".norm.xml"))
        #expect(MBusXMLComparison.differences(of: telegram, from: xml) == (argued[name] ?? []))
    }

    /// Where we read something else than libmbus does, and why.
    private let argued: [String: [String]] = [
        // A date of zeros is the day 0 of the month 0: the meter has none yet.
        "ACW_Itron-BM-plus-m": ["record 2: date invalid (00 00) is not 2000-00-00"],
        "itron_bm_+m": ["record 2: date invalid (00 00) is not 2000-00-00"],
        "siemens_water": ["record 3: date invalid (00 00) is not 2000-00-00"],
        "siemens_wfh21": ["record 3: date invalid (00 00) is not 2000-00-00"],
        // Bit 7 of the minutes says that the time is not valid; libmbus prints its zeros.
        "REL-Relay-Padpuls2": ["record 1: date and time invalid (A1 15 E9 17) is not 1900-01-00T00:00:00Z"],
        // Digits above nine: the meters show error codes there ("dddbebbd"), which libmbus adds up as if they were digits.
        "ELS_Elster-F96-Plus": [
            "record 4: power invalid (BD EB DD DD) W is not 13131113.000000",
            "record 5: volume flow invalid (BD EB DD) m³/h is not 131.113000",
        ],
        "abb_f95": [
            "record 2: power invalid (DD B4 EB DD) W is not 1311041.300000",
            "record 3: volume flow invalid (DD B4 EB) m³/h is not 11.041300",
        ],
        // VIFE 28 makes it the volume of one pulse; libmbus leaves that out.
        "EFE_Engelmann-Elster-SensoStar-2": [
            "record 24: volume 1.1e-05 m³/pulse of input 0 (per pulse of input 0) is not 0.000011 m³"
        ],
        "EFE_Engelmann-WaterStar": [
            "record 11: volume 8e-06 m³/pulse of input 0 (per pulse of input 0) is not 0.000008 m³"
        ],
        "engelmann_sensostar2c": [
            "record 13: volume 0.1 m³/pulse of input 0 (per pulse of input 0) is not 0.100000 m³"
        ],
        // VIFE 50 and 58 make them times in seconds.
        "SEN_Pollustat": [
            "record 12: volume flow 11582321.0 s (duration of the first exceeding of the lower limit)"
                + " is not 11582321.000000 m³/h",
            "record 13: volume flow 756.0 s (duration of the first exceeding of the upper limit)"
                + " is not 756.000000 m³/h",
        ],
        // VIFE 6F makes them dates, of maxima in the summer of 2011; libmbus reads 41 million degrees. In record 32 all
        // bits of the year are set, which stands for every year: a due date.
        "landis+gyr_ultraheat_t230": [
            "record 19: power invalid (00 00 00 00) (date of the end of the last) is not 0.000000 W",
            "record 20: volume flow invalid (00 00 00 00) (date of the end of the last) is not 0.000000 m³/h",
            "record 21: flow temperature 2011-08-26T20:50 (date of the end of the last) is not 41065374.600000 °C",
            "record 22: return temperature 2011-08-09T11:43 (date of the end of the last) is not 40953732.300000 °C",
            "record 32: date and time invalid (00 00 E1 F1) is not 2027-01-01T00:00:00Z",
        ],
        // "As the other counter, but kept", which libmbus does not resolve.
        "manual_frame2": ["record 1: 0.135 m³, storage 1, is not 135 reserved but historic"],
        // libmbus does not know VIF 7B and leaves the record empty.
        "sen_pollutherm": ["record 2: unknown 302.0 is not there"],
    ]

    @Test("an answer that says why there is none is reported so", arguments: MBusCorpus.names("error-frames"))
    func errors(name: String) throws {
        let (frames, _) = frames(try MBusCorpus.bytes("error-frames", name))
        let expected = MBusCorpus.xml("error-frames", name + ".xml").flatMap { MBusCorpus.text("Error", in: $0) }
        for frame in frames {
            let error = #expect(throws: MBusError.self) { try MBusTelegram(frame) }
            guard let expected else { continue }
            guard case .application(let said) = error else {
                Issue.record("\(name): \(error.map(\.description) ?? "-") instead of \(expected)")
                continue
            }
            let words = expected.lowercased().replacingOccurrences(of: "´s", with: "")
                .replacingOccurrences(of: "ci-field", with: "ci field")
            #expect("\(said)".lowercased() == words)
        }
        #expect(expected == nil || frames.count == 1)
    }

    @Test(
        "what a meter does not answer is survived, and read as no answer",
        arguments: MBusCorpus.names("unsupported-frames")
    )
    func unsupported(name: String) throws {
        let (frames, quality) = frames(try MBusCorpus.bytes("unsupported-frames", name))
        let telegrams = frames.compactMap { try? MBusTelegram($0) }
        // The second telegram of a heat meter is a good one, whose reserved CI or DIF libmbus does not take.
        #expect(telegrams.isEmpty || name == "svm_f22_telegram2", "\(telegrams)")
        #expect(frames.count + quality.noise > 0)
    }
}
