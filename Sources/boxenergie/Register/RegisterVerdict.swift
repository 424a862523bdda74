import MeterCore
import MeterNotation

/// The outcome of reading a register, for a person: whose it is, what is wrong and where, and how far it goes.
struct RegisterVerdict {
    /// The audit of all that was read.
    let audit: RegisterAudit
    /// The names of the files, in the order in which they were read; none of a database.
    var files: [String] = []
    /// True when a record was looked for.
    var looksForRecord = false

    /// The faults, also those that are not told one by one.
    var faults: Int { audit.faultCount + (isLacking ? 1 : 0) }

    private var isLacking: Bool { looksForRecord && !audit.hasFound }

    /// The lines, each a sentence.
    var lines: [String] {
        var lines = audit.chains.flatMap(lines)
        if let first = audit.first, first > 1, audit.chains.first?.first != first {
            lines.append(said("it begins with record \(first); those before it are not here"))
        }
        lines += audit.faults.map { fault in
            files.count > 1 && fault.file < files.count ? "\(files[fault.file]): \(fault)" : "\(fault)"
        }
        let more = audit.faultCount - audit.faults.count
        if more > 0 { lines.append(said("and \(more) faults more")) }
        // Of a database each chain that nothing goes on from has one.
        let continued = Set(audit.chains.map(\.continues))
        var ends = audit.chains.map(\.end).filter { !continued.contains($0) }
        if audit.chains.isEmpty, let head = audit.head { ends = [head] }
        for end in ends { lines.append(said("digest of the last record: \(end)")) }
        if isLacking { lines.append(said("the record of that digest is not there")) }
        let outcome =
            faults == 0
            ? said("\(audit.count) records, as they were signed") : said("\(audit.count) records, \(faults) faults")
        return lines + [outcome]
    }

    private func lines(_ chain: RegisterChain) -> [String] {
        let span = "\(Self.time(chain.from)) – \(Self.time(chain.to))"
        var lines = [
            said("box \(chain.head.box), chain \(chain.name): records \(chain.first) to \(chain.last), \(span)")
        ]
        if let reason = chain.head.reason { lines.append("  " + said("declared break: \(Self.words(reason))")) }
        lines.append("  " + said("key \(chain.head.key)"))
        if chain.head.reason != nil, chain.isOnItsOwn {
            lines.append("  " + said("no key before it vouches for this one"))
        }
        return lines
    }

    private static func time(_ seconds: Int64) -> String { wallClock("%F %H:%M", at: seconds) }

    /// The reason of a break in words.
    static func words(_ reason: RegisterHead.Reason) -> Phrase {
        switch reason {
        case .restored: "the state came back from a backup"
        case .machine: "another machine"
        case .renewed: "another identity"
        case .damaged: "the last record was not as it was signed"
        case .key: "the private key was gone"
        case .lost: "the records were gone"
        case .clock: "the clock had been ahead"
        }
    }
}
