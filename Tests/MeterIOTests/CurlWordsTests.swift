import Testing

@testable import MeterIO

struct CurlWordsTests {
    @Test(
        "in English libcurl's words stay as they came, known or not",
        arguments: [
            "Could not resolve host: box.local",
            "Failed to connect to 127.0.0.1 port 9 after 0 ms: Couldn't connect to server",
            "Operation timed out after 1000 milliseconds with 0 bytes received",
            "Operation timed out after 1000 milliseconds with 3 out of 10 bytes received",
            "SSL certificate problem: self-signed certificate", "anything else: x", "",
        ]
    )
    func english(detail: String) { #expect(CurlWords.inWords(detail) == detail) }
}
