import MeterProtocols
import Testing

/// An inverter that answers questions.
private struct Talker {
    var serial = "654321"
    var unknown: Set<AuroraMeasure> = []

    func answer(_ question: AuroraQuestion) -> AuroraAnswer {
        switch question {
        case .state:
            .state(AuroraState(global: .running, inverter: 2, converter1: 2, converter2: 2, alarm: .none))
        case .serialNumber: .text(serial)
        case .partNumber: .text("-3I33-")
        case .version: .text("1ENN")
        case .firmware: .text("C006")
        case .manufacturingDate: .text("2811")
        case .time: .number(805_809_600)
        case .measure(let measure, _):
            unknown.contains(measure) ? .refused(.noSuchVariable) : .value(Float(measure.rawValue))
        case .energy: .number(12_345_678)
        case .lastAlarms: .alarms([])
        }
    }
}

@Suite struct AuroraInterviewTests {
    /// A round; each question gets the answer of the one so many before it.
    private func round(_ interview: inout AuroraInterview, _ talker: Talker, shift: Int = 0) -> AuroraInterview.Outcome
    {
        let questions = interview.begin()
        for (index, question) in questions.enumerated() {
            let meant = questions[max(0, index - shift)]
            interview.take(talker.answer(meant), to: question)
        }
        return interview.end()
    }

    @Test("the first round asks who it is, the next ones do not")
    func identity() throws {
        var interview = AuroraInterview()
        guard case .identified(let identity, let reading) = round(&interview, Talker()) else {
            Issue.record("nobody was identified")
            return
        }
        #expect(identity.serialNumber == "654321" && identity.model?.nominalWatts == 3000)
        #expect(reading.values[.gridWatts] == 3 && reading.totalWattHours == 12_345_678)
        #expect(reading.values[.inverterCelsius] == 21)
        let questions = interview.begin()
        #expect(!questions.contains(.partNumber) && questions.first == .state && questions.last == .serialNumber)
    }

    @Test("a round without its details has state, power, register and the proof of who says so")
    func details() {
        var interview = AuroraInterview()
        _ = round(&interview, Talker())
        let questions = interview.begin().filter { !AuroraInterview.isDetail($0) }
        #expect(questions == [.state, .measure(.gridWatts, isGlobal: false), .energy(.total), .serialNumber])
        for question in questions { interview.take(Talker().answer(question), to: question) }
        guard case .reading(let reading) = interview.end() else {
            Issue.record("no reading")
            return
        }
        #expect(reading.values == [.gridWatts: 3] && reading.totalWattHours == 12_345_678)
    }

    @Test("what a model does not know is asked once")
    func refusals() {
        var interview = AuroraInterview(isGlobal: true)
        let talker = Talker(unknown: [.input2Volts, .input2Amperes])
        _ = round(&interview, talker)
        guard case .reading(let reading) = round(&interview, talker) else {
            Issue.record("no reading")
            return
        }
        #expect(reading.values[.input2Volts] == nil && reading.values[.input1Volts] == 23)
        let questions = interview.begin()
        #expect(!questions.contains(.measure(.input2Volts, isGlobal: false)))
        #expect(questions.contains(.measure(.gridWatts, isGlobal: true)))
        #expect(questions.contains(.measure(.gridHertz, isGlobal: false)))
    }

    @Test("a round in which every answer is a late one is worth nothing", arguments: [1, 2, 3])
    func shifted(_ shift: Int) {
        var interview = AuroraInterview()
        _ = round(&interview, Talker())
        #expect(round(&interview, Talker(), shift: shift) == .outOfStep)
        #expect(round(&interview, Talker()) == .inStepAgain)
        guard case .reading = round(&interview, Talker()) else {
            Issue.record("the same inverter in step again gives readings")
            return
        }
    }

    @Test("a round that begins with late answers and ends with right ones is worth nothing")
    func midway() {
        var interview = AuroraInterview()
        _ = round(&interview, Talker())
        #expect(round(&interview, Talker(), shift: 1) == .outOfStep)
        let questions = interview.begin()
        for (index, question) in questions.enumerated() {
            // Late in the middle only: what it says of itself is right at both ends.
            let meant = (7..<10).contains(index) ? questions[index - 1] : question
            interview.take(Talker().answer(meant), to: question)
        }
        #expect(interview.end() == .inStepAgain)
    }

    @Test("another inverter is believed when it says so twice, and gives readings from then on")
    func replaced() {
        var interview = AuroraInterview()
        _ = round(&interview, Talker())
        #expect(round(&interview, Talker(serial: "999999")) == .outOfStep)
        #expect(round(&interview, Talker(serial: "999999")) == .inStepAgain)
        guard case .identified(let identity, _) = round(&interview, Talker(serial: "999999")) else {
            Issue.record("the new inverter was not identified")
            return
        }
        #expect(identity.serialNumber == "999999")
    }

    @Test("after a night it is made sure that the same inverter answers")
    func morning() {
        var interview = AuroraInterview()
        _ = round(&interview, Talker())
        _ = interview.begin()
        interview.abandon()
        #expect(interview.begin().first == .serialNumber)
    }
}
