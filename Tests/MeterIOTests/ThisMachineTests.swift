import MeterIO
import Testing

/// Addresses of this very machine, to which a password may go in plain text.
@Suite struct ThisMachineTests {
    @Test(
        "the whole host says whether an address is of this machine",
        arguments: [
            "http://127.0.0.1", "https://127.0.0.1:8086", "http://127.1.2.3/path", "http://localhost:1?a=b",
            "http://LocalHost", "http://[::1]", "http://[::1]:8086/x", "http://127.0.0.1#x",
        ]
    )
    func own(url: String) { #expect(isOfThisMachine(url)) }

    @Test(
        "what only begins like this machine is somebody else's",
        arguments: [
            "http://127.evil.invalid", "http://localhost.evil.invalid", "http://127.0.0.1.evil.invalid",
            "http://localhost@evil.invalid", "http://127.0.0.1:80@evil.invalid/", "http://127.0.0.1\\@evil.invalid",
            "http://[::1].evil.invalid", "http://[::1]x", "http://127.0.0.1x", "http://127.0.0.1:evil",
            "http://128.0.0.1", "ftp://127.0.0.1", "http://", "127.0.0.1", "http://127.1", "http:// 127.0.0.1",
        ]
    )
    func others(url: String) { #expect(!isOfThisMachine(url)) }
}
