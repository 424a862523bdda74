import Foundation
import MeterProtocols
import MeterSimulation
import Testing

/// A meter's clean line over some minutes: frames with their times.
struct RecordedHouse: Sendable, CustomTestStringConvertible {
    let name: String
    let frames: [(second: Int64, bytes: [UInt8])]

    var testDescription: String { name }

    /// Simulated houses of each kind of meter, at the hours at which something is announced.
    static let simulated: [RecordedHouse] = {
        // 2026-01-14 20:00 and 2026-01-15 06:00 in Paris; 2026-06-10 13:00.
        let (evening, morning, noon) = (1_768_417_200, 1_768_453_200, 1_781_089_200) as (Int64, Int64, Int64)
        var houses: [RecordedHouse] = []
        for mode in HouseMode.allCases {
            for phases in [1, 3] {
                for tariff in HouseTariff.allCases {
                    var options = HouseOptions()
                    (options.mode, options.phases, options.tariff) = (mode, phases, tariff)
                    options.isProducer = phases == 1
                    options.subscribedKVA = 3
                    options.seed = UInt64(houses.count + 1)
                    options.serial = phases == 1 ? "041962123456" : "041963123456"
                    let start = tariff == .base ? noon : tariff == .tempo && phases == 3 ? morning : evening
                    houses.append(RecordedHouse(options, around: start))
                }
            }
        }
        return houses + [peak(evening), overload(noon)]
    }()

    /// Lines that somebody recorded, of the folder `tic` of `SHARED_CORPORA`: those that lost nothing.
    static let recorded: [RecordedHouse] = {
        guard let folder = ProcessInfo.processInfo.environment["SHARED_CORPORA"].map({ $0 + "/tic" }),
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
        else { return [] }
        return names.sorted().compactMap { name in
            guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else { return nil }
            var decoder = TICDecoder()
            decoder.push([UInt8](data)) { _ in }
            guard decoder.quality.refusedGroups == 0, decoder.quality.frames > 2 else { return nil }
            // What comes before the first STX is the end of a frame.
            let frames = data.split(separator: 0x02).dropFirst(data.first == 0x02 ? 0 : 1).enumerated()
            return RecordedHouse(
                name: name,
                frames: frames.map { (1_768_417_200 + 2 * Int64($0.offset), [0x02] + $0.element) }
            )
        }
    }()

    private init(name: String, frames: [(second: Int64, bytes: [UInt8])]) { (self.name, self.frames) = (name, frames) }

    /// Six minutes before and after an instant.
    private init(_ options: HouseOptions, around instant: Int64) {
        var house = House(options: options, start: instant - 400)
        var time = Double(instant - 360)
        var frames: [(Int64, [UInt8])] = []
        while time < Double(instant + 360) {
            let bytes = TICWriter.frame(house.advance(to: Int64(time)))
            frames.append((Int64(time), bytes))
            time += TICWriter.seconds(bytes: bytes.count, mode: options.mode)
        }
        let kind = options.isProducer ? "producer" : "consumer"
        self.init(name: "\(options.mode) \(options.phases) \(options.tariff) \(kind)", frames: frames)
    }

    /// An EJP contract with its notice and the beginning of the peak.
    private static func peak(_ start: Int64) -> RecordedHouse {
        let frames = stride(from: Int64(0), to: 720, by: 2).map { second -> (Int64, [UInt8]) in
            let isPeak = second >= 480
            let normal = String("000000000\(123_456 + min(second, 480))".suffix(9))
            let dear = String("000000000\(4321 + max(0, second - 480))".suffix(9))
            return (
                start + second,
                TICText.frame(
                    ["ADCO 021961000002", "OPTARIF EJP.", "ISOUSC 45", "EJPHN \(normal)", "EJPHPM \(dear)"]
                        + (second >= 120 ? ["PEJP 30"] : [])
                        + ["PTEC \(isPeak ? "PM.." : "HN..")", "IINST 008", "IMAX 090", "PAPP 01800", "HHPHC A"]
                )
            )
        }
        return RecordedHouse(name: "historique 1 ejp", frames: frames)
    }

    /// A three-phase meter while one phase exceeds what is subscribed.
    private static func overload(_ start: Int64) -> RecordedHouse {
        var frames: [(Int64, [UInt8])] = []
        for second in Int64(0)..<720 {
            let isOver = (120..<400).contains(second)
            let base = String("000000000\(1_000_000 + second)".suffix(9))
            let long =
                [
                    "ADCO 021863000001", "OPTARIF BASE", "ISOUSC 20", "BASE \(base)", "PTEC TH..", "IINST1 008",
                    "IINST2 0\(isOver ? 27 : 11)", "IINST3 006",
                ] + ["IMAX1 060", "IMAX2 060", "IMAX3 060", "PMAX 09000", "PAPP 05000", "HHPHC A", "PPOT 00"]
            let short = ["ADIR2 027", "ADCO 021863000001", "IINST1 008", "IINST2 027", "IINST3 006"]
            if !isOver || second % 15 == 0 {
                if second % 2 == 0 || isOver { frames.append((start + second, TICText.frame(long))) }
            } else {
                frames.append((start + second, TICText.frame(short)))
            }
        }
        return RecordedHouse(name: "historique 3 overload", frames: frames)
    }
}
