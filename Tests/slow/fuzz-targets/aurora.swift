// The Aurora decoder, built by Tests/slow/fuzz: a stretch of the line, then the answers to whole rounds of questions.

private let questions: [AuroraQuestion] =
    [.state, .partNumber, .version, .serialNumber, .manufacturingDate, .time, .firmware, .lastAlarms]
    + AuroraMeasure.allCases.map { .measure($0, isGlobal: false) } + AuroraCounter.allCases.map { .energy($0) }

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var dough = Dough(input(start, count))
    let question = questions[Int(dough.byte()) % questions.count]
    let line = dough.rest
    look(line, question)
    // Whole answers are seldom found by chance: the same with the right checksum.
    look(Array(line.dropLast(8)) + sealed(Array(line.suffix(8))), question)
    _ = AuroraQuestion.read(line[...])
    _ = AuroraQuestion.read((Array(line.prefix(8)) + AuroraChecksum.of(line.prefix(8)))[...])
    interview(&dough)
    return 0
}

private func sealed(_ body: [UInt8]) -> [UInt8] {
    let body = Array((body + [UInt8](repeating: 0, count: 6)).prefix(6))
    return body + AuroraChecksum.of(body)
}

/// Takes what is noise from the front, as the source does, until there is an answer or none.
private func look(_ bytes: [UInt8], _ question: AuroraQuestion) {
    var rest = bytes[...]
    while true {
        switch AuroraAnswer.judge(rest) {
        case .incomplete:
            promise(rest.count < AuroraAnswer.length + 16, "it waits for ever")
            return
        case .noise(let count):
            promise(count > 0 && count < rest.count)
            rest = rest.dropFirst(count)
        case .complete:
            // Behind it may be less than another answer, or the same once more.
            promise(rest.count >= AuroraAnswer.length && rest.count < 3 * AuroraAnswer.length)
            use(rest.prefix(AuroraAnswer.length), question)
            return
        case .wrong: return
        }
    }
}

private func use(_ bytes: ArraySlice<UInt8>, _ question: AuroraQuestion) {
    switch try? AuroraAnswer.decode(bytes, to: question) {
    case .value(let value)?: promise(value.isFinite)
    case .number(let seconds)?:
        promise(AuroraClock(secondsSince2000: seconds).description.utf8.count == 19)
    case .text(let text)?: _ = AuroraModel(letters: text).description
    case .state(let state)?: _ = (state.global.description, state.alarm.description)
    case .alarms(let alarms)?: promise(alarms.count == 4)
    case .refused?, nil: break
    }
}

/// Four rounds with an inverter that answers whatever the input says.
private func interview(_ dough: inout Dough) {
    let isGlobal = dough.byte() & 1 == 1
    var interview = AuroraInterview(isGlobal: isGlobal)
    for _ in 0..<4 where !dough.isEmpty {
        let round = interview.begin()
        promise(round.count <= 24 && round.contains(.state))
        var isWhole = true
        for question in round {
            guard let answer = try? AuroraAnswer.decode(sealed(dough.take(6))[...], to: question) else {
                isWhole = false
                break
            }
            interview.take(answer, to: question)
        }
        guard isWhole else {
            interview.abandon()
            continue
        }
        switch interview.end() {
        case .reading(let reading), .identified(_, let reading):
            promise(reading.values.values.allSatisfy(\.isFinite))
            promise(interview.identity != nil)
        case .outOfStep, .inStepAgain, .nothing: break
        }
    }
}
