import Glibc
public import MeterCore
import MeterNotation

/// A server of ours that does not start, as a sentence that says what to do.
public enum HTTPServerError: Error, Sendable, CustomStringConvertible {
    /// libmicrohttpd is not installed.
    case noLibrary
    /// The system gives no socket there.
    case cannotListen(SystemError)
    /// libmicrohttpd itself refuses, at this address.
    case cannotStart(String)

    public var description: String { said(sentence) }

    private var sentence: Phrase {
        switch self {
        case .noLibrary: "listening needs libmicrohttpd; install it with: sudo apt install libmicrohttpd12"
        case .cannotListen(let error) where error.code == EADDRINUSE:
            "\(error); another program listens there already. If it is boxenergie run, boxenergie status shows what comes "
                + "in; else choose another port in listen"
        case .cannotListen(let error) where error.code == EADDRNOTAVAIL:
            "\(error); listen must be an address of this machine: ip addr shows them, 0.0.0.0 is all of them"
        case .cannotListen(let error) where error.code == EACCES:
            "\(error); choose a port from 1024 on in listen"
        case .cannotListen(let error): "\(error)"
        case .cannotStart(let address): "cannot listen at \(address): libmicrohttpd did not start"
        }
    }
}
