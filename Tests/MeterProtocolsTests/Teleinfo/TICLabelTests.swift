import Testing

@testable import MeterProtocols

@Suite struct TICLabelTests {
    @Test("the table has one line for each label, in the order of the cases")
    func tableIsInOrder() {
        #expect(TICLabel.table.map(\.label) == TICLabel.allCases)
        #expect(Set(TICLabel.table.map(\.name)).count == TICLabel.allCases.count)
        #expect(TICLabel.allCases.allSatisfy { !$0.meaning.isEmpty })
    }

    @Test(
        "names, lengths, units and dates are those of the Enedis documents",
        arguments: [
            ("EAST", TICLabel.east, TICMode.standard, 9, "Wh", false),
            ("SMAXSN3-1", .smaxsn3Yesterday, .standard, 5, "VA", true),
            ("PJOURF+1", .pjourfNext, .standard, 98, nil, false), ("DATE", .date, .standard, 0, nil, true),
            ("ERQ4", .erq4, .standard, 9, "VArh", false), ("PREF", .pref, .standard, 2, "kVA", false),
            ("UMOY2", .umoy2, .standard, 3, "V", true), ("STGE", .stge, .standard, 8, nil, false),
            ("DPM1", .dpm1, .standard, 2, nil, true), ("MSG1", .msg1, .standard, 32, nil, false),
            ("CCAIN-1", .ccainPrevious, .standard, 5, "W", true), ("PEJP", .pejp, .historique, 2, "min", false),
            ("ADIR2", .adir2, .historique, 3, "A", false), ("PPOT", .ppot, .historique, 2, nil, false),
            ("BBRHPJR", .bbrhpjr, .historique, 9, "Wh", false), ("PMAX", .pmax, .historique, 5, "W", false),
        ] as [(String, TICLabel, TICMode, Int, String?, Bool)]
    )
    func definition(name: String, label: TICLabel, mode: TICMode, length: Int, unit: String?, dated: Bool) {
        #expect(TICLabel(name: name) == label)
        #expect(label.name == name)
        #expect(label.mode == mode)
        #expect(label.length == length)
        #expect(label.unit == unit)
        #expect(label.hasHorodate == dated)
    }

    @Test("the index finds each label by its bytes, and no other name")
    func indexFindsEach() {
        func find(_ name: String) -> TICLabel? {
            var key: UInt64 = 0
            let bytes = Array(name.utf8)
            for (position, byte) in bytes.prefix(8).enumerated() { key |= UInt64(byte) << UInt64(8 * position) }
            return TICLabelIndex.shared.entry(key: key, ninth: bytes.count > 8 ? bytes[8] : 0)?.pointee.label
        }
        for label in TICLabel.allCases {
            #expect(find(label.name) == label)
            #expect(label.name.utf8.count == 9 || find(label.name + "X") == nil)
            #expect(find(String(label.name.dropFirst())) == nil)
        }
        #expect(find("") == nil)
        #expect(find("SMAXSN1-") == nil)
    }

    @Test("values of one mode never share a place in a frame")
    func placesAreDisjoint() {
        for mode in TICMode.allCases {
            var numbers: Set<Int> = []
            var characters: Set<Int> = []
            var dates: Set<Int> = []
            for label in TICLabel.allCases where label.mode == mode {
                let place = TICFrame.places[Int(label.rawValue)]
                let (first, length) = (Int(place.value), (label.length + 7) & ~7)
                if label.kind == .integer {
                    #expect(numbers.insert(first).inserted)
                } else {
                    for position in first..<first + length { #expect(characters.insert(position).inserted) }
                }
                if label.hasHorodate { #expect(dates.insert(Int(place.horodate)).inserted) }
            }
        }
    }
}
