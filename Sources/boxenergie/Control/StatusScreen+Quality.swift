import MeterNotation

extension StatusScreen {
    /// A count of what came from a source, in words; its name is that of the status as JSON.
    static func quality(_ name: String, _ count: Int) -> Phrase {
        let words = name.split(separator: " ")
        if words.count == 3, words[0] == "unknown" {
            return "\(count) times the unknown label \(String(words[2]))"
        }
        return switch name {
        case "requests": "\(count) requests"
        case "answers": "\(count) answers"
        case "silences": "\(count) silences"
        case "wrong answers": "\(count) wrong answers"
        case "skipped bytes": "\(count) skipped bytes"
        case "frames": "\(count) frames"
        case "groups": "\(count) groups"
        case "bad checksum": "\(count) bad checksum"
        case "bad value": "\(count) bad value"
        case "unknown label": "\(count) unknown label"
        case "bad parity": "\(count) bad parity"
        case "interruptions": "\(count) interruptions"
        case "pulses": "\(count) pulses"
        case "rejected edges": "\(count) rejected edges"
        case "lost edges": "\(count) lost edges"
        case "restarts": "\(count) restarts"
        case "runs": "\(count) runs"
        case "not listening": "\(count) not listening"
        case "timeouts": "\(count) timeouts"
        case "refused": "\(count) refused"
        case "posts refused": "\(count) posts refused"
        case "posts without its token": "\(count) posts without its token"
        case "files": "\(count) files"
        case "damaged": "\(count) damaged"
        case "empty messages": "\(count) empty messages"
        case "messages kept from before": "\(count) messages kept from before"
        case "messages too large": "\(count) messages too large"
        case "messages too many": "\(count) messages too many"
        case "messages sent twice": "\(count) messages sent twice"
        case "messages of no use": "\(count) messages of no use"
        default: Phrase(verbatim: "\(count) \(name)")
        }
    }
}
