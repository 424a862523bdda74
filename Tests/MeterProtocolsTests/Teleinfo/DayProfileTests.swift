import MeterProtocols
import Testing

@Suite struct DayProfileTests {
    private static let unused = String(repeating: " NONUTILE", count: 8)

    @Test("the example of the specification gives three switching times")
    func example() throws {
        let profile = try #require(DayProfile("00004001 06004002 22004001" + Self.unused))
        #expect(profile.actions.map(\.hour) == [0, 6, 22])
        #expect(profile.actions.map(\.minute) == [0, 0, 0])
        #expect(profile.actions.map(\.index) == [1, 2, 1])
        #expect(profile.actions.allSatisfy { $0.dryContact == .byTempo && $0.virtualContacts == 0 })
    }

    @Test("times are decimal, or hexadecimal where one of them cannot be decimal")
    func hexadecimal() throws {
        let profile = try #require(DayProfile("0038C001 0D1A8001 160F4002" + Self.unused))
        #expect(profile.actions.map { [$0.hour, $0.minute] } == [[0, 56], [13, 26], [22, 15]])
        #expect(profile.actions.map(\.dryContact) == [.close, .open, .byTempo])
        #expect(profile.actions.map(\.index) == [1, 1, 2])
        #expect(DayProfile("1A004001 18004002 22004001" + Self.unused) == nil, "26:00 is no time")
    }

    @Test(
        "the code carries contacts and index",
        arguments: [
            ("0000", DayProfile.DryContact.unchanged, 0, nil), ("8001", .open, 0, 1), ("C00A", .close, 0, 10),
            ("07F2", .unchanged, 0x7F, 2), ("400B", .byTempo, 0, nil), ("801F", .open, 1, nil),
        ] as [(String, DayProfile.DryContact, Int, Int?)]
    )
    func code(hex: String, contact: DayProfile.DryContact, virtual: Int, index: Int?) throws {
        let profile = try #require(DayProfile("2359" + hex + " NONUTILE NONUTILE" + Self.unused))
        let action = try #require(profile.actions.first)
        #expect((action.hour, action.minute) == (23, 59))
        #expect(action.dryContact == contact)
        #expect(action.virtualContacts == virtual)
        #expect(action.index == index)
    }

    @Test(
        "a profile that lost characters or has an impossible time is refused",
        arguments: [
            "", "00004001 0600 22004001" + unused, "24004001 06004002 22004001" + unused,
            "00604001 06004002 22004001" + unused, "0000400G 06004002 22004001" + unused,
            "00004001006004002 22004001" + unused, "A0004001 06004002 22004001" + unused,
        ]
    )
    func refused(text: String) {
        #expect(DayProfile(text) == nil)
    }
}
