import CCurl
import MeterNotation

/// What libcurl says of a failure, which is English, in the language of the system.
///
/// The sentences are those of libcurl 7.88 to 8.14; what is not known stays as it is.
enum CurlWords {
    /// The sentences that households meet.
    private static let known = [
        KnownSentence("Could not resolve host: *") { said("Could not resolve host: \($0[0])") },
        KnownSentence("Could not resolve hostname") { _ in said("Could not resolve hostname") },
        KnownSentence("Couldn't resolve host name") { _ in said("Couldn't resolve host name") },
        KnownSentence("Failed to connect to * port * after * ms: *") {
            said("Failed to connect to \($0[0]) port \($0[1]) after \($0[2]) ms: \(inWords($0[3]))")
        },
        KnownSentence("Couldn't connect to server") { _ in said("Couldn't connect to server") },
        KnownSentence("Could not connect to server") { _ in said("Could not connect to server") },
        KnownSentence("Connection refused") { _ in said("Connection refused") },
        KnownSentence("Timeout was reached") { _ in said("Timeout was reached") },
        KnownSentence("Connection timed out after * milliseconds") {
            said("Connection timed out after \($0[0]) milliseconds")
        },
        KnownSentence("Connection timeout after * ms") { said("Connection timeout after \($0[0]) ms") },
        KnownSentence("Operation timed out after * milliseconds with * out of * bytes received") {
            said("Operation timed out after \($0[0]) milliseconds with \($0[1]) out of \($0[2]) bytes received")
        },
        KnownSentence("Operation timed out after * milliseconds with * bytes received") {
            said("Operation timed out after \($0[0]) milliseconds with \($0[1]) bytes received")
        },
        KnownSentence("Resolving timed out after * milliseconds") {
            said("Resolving timed out after \($0[0]) milliseconds")
        },
        KnownSentence("Empty reply from server") { _ in said("Empty reply from server") },
        KnownSentence("Server returned nothing (no headers, no data)") { _ in
            said("Server returned nothing (no headers, no data)")
        },
        KnownSentence("Recv failure: *") { said("Recv failure: \(inWords($0[0]))") },
        KnownSentence("Send failure: *") { said("Send failure: \(inWords($0[0]))") },
        KnownSentence("Connection reset by peer") { _ in said("Connection reset by peer") },
        KnownSentence("Broken pipe") { _ in said("Broken pipe") },
        KnownSentence("Failure when receiving data from the peer") { _ in
            said("Failure when receiving data from the peer")
        },
        KnownSentence("Failed sending data to the peer") { _ in said("Failed sending data to the peer") },
        KnownSentence("transfer closed with * bytes remaining to read") {
            said("transfer closed with \($0[0]) bytes remaining to read")
        },
        KnownSentence("transfer closed with outstanding read data remaining") { _ in
            said("transfer closed with outstanding read data remaining")
        },
        KnownSentence("SSL certificate problem: *") { said("SSL certificate problem: \(inWords($0[0]))") },
        KnownSentence("self-signed certificate") { _ in said("self-signed certificate") },
        KnownSentence("self-signed certificate in certificate chain") { _ in
            said("self-signed certificate in certificate chain")
        },
        KnownSentence("unable to get local issuer certificate") { _ in said("unable to get local issuer certificate") },
        KnownSentence("certificate has expired") { _ in said("certificate has expired") },
        KnownSentence("certificate is not yet valid") { _ in said("certificate is not yet valid") },
    ]

    /// A detail of libcurl's for a person.
    static func inWords(_ detail: String) -> String {
        known.translated(detail) ?? detail
    }

    /// The words for a code of libcurl.
    static func inWords(_ code: CURLcode) -> String { inWords(String(cString: curl_easy_strerror(code))) }
}
