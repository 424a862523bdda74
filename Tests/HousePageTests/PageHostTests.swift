import Testing

@testable import HousePage

/// The names under which the page answers: none that the Internet can give.
struct PageHostTests {
    @Test(
        "names and addresses of a home network are ours",
        arguments: [
            "127.0.0.1", "127.0.0.1.", "127.0.0.1:8781", "192.168.1.50:8781", "[::1]", "[fe80::1]:8781",
            "localhost:8781", "boxenergie",
            "BoxEnergie.LOCAL:8781", "boxenergie.local.", "boxenergie.home", "boxenergie.lan", "box.home.arpa",
            "box.internal", "pi.fritz.box", "box.localdomain", "maison.example.org",
        ]
    )
    func ours(_ header: String) { #expect(PageHost.isOurs(header, names: ["Maison.example.org"])) }

    @Test(
        "names of the Internet and what is no name are not",
        arguments: [
            "", ":8781", "attaquant.example", "boxenergie.local.attaquant.example", "attaquant.example:8781", ".local",
            "evil.com#.local", "evil.com/.local", "evil.com@boxenergie.local", "boxenergie.local:8781:80",
            "boxenergie.local:port", "192.168.1.50.nip.io", "[::1", "[attaquant]", "2130706433", "a b.local",
            "-x.local", "maison.example.org.evil",
        ]
    )
    func others(_ header: String) {
        #expect(!PageHost.isOurs(header, names: ["maison.example.org"]))
    }
}
