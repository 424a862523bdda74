import InfluxOutput
import MeterCore
import MeterIO
import MeterNotation
import Synchronization

/// Decides what each request gets: a page, data, a stream, or a refusal.
///
/// What needs the database is put aside, and told by `questions`: nobody else waits for it.
final class PageDesk: Sendable {
    /// An answer that needs the database.
    struct Job: Sendable {
        let reply: ServedReply
        /// The answer for which there is no time.
        let refusal: ServedAnswer
        let work: @Sendable () async -> ServedAnswer
    }

    /// The time from a request to its answer for which the database is waited for: then the page comes without it.
    private static let patience = Duration.seconds(6)

    /// The answers that may wait for the database at once.
    private static let mostJobs = 16
    /// The bytes of a question's body, which nobody reads.
    private static let largestBody = 1000
    /// The time for which the first screen is made once: whoever asks in between gets the same.
    private static let recent = Duration.seconds(1)

    /// What a request says of itself.
    private struct Request: Sendable {
        let language: Language
        let takesGzip: Bool
        let host: String
        let question: [(name: String, text: String)]
    }

    private let house: any WatchedHouse
    private let settings: PageSettings
    private let answers: PageAnswers
    private let madeRecently = Mutex<[String: (at: Uptime, answer: ServedAnswer)]>([:])
    /// The answers to make, in their order.
    ///
    /// They keep the server alive, as it keeps the desk: `giveUp` must end that.
    private let waiting = Mutex<[Job]>([])
    private let asked: AsyncStream<Void>.Continuation
    /// Tells that there may be answers to make; read by one task.
    let questions: AsyncStream<Void>
    /// Rung when a message is to be sent.
    let bell: Bell
    /// True while there may be streams.
    let isWatched = Atomic(false)
    private let messages = Atomic(0)

    /// - Throws: `SystemError` when the process has no descriptor left.
    init(_ settings: PageSettings, _ house: any WatchedHouse) throws(SystemError) {
        self.settings = settings
        self.house = house
        answers = PageAnswers(embedders: settings.embedders)
        (questions, asked) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        bell = try Bell()
    }

    /// The words of a language at the place.
    private func words(_ language: Language) -> LocalWords { LocalWords(language: language, calendar: house.calendar) }

    private var now: Int64 { BoxTime.shared.now.seconds }

    private var state: HouseNow { house.now ?? HouseNow(time: now) }

    // MARK: - Requests

    func judge(_ head: borrowing RequestHead) -> RequestVerdict {
        let host = head.header("host") ?? ""
        guard head.count(ofHeader: "host") == 1, PageHost.isOurs(host, names: settings.names) else {
            return .refuse(
                answers.sentence(421, "cette adresse n'est pas celle de la box : ouvrez-la par son adresse en chiffres")
            )
        }
        guard head.method == "GET" || head.method == "HEAD" else {
            return .refuse(answers.sentence(405, "only GET is of use here", [("Allow", "GET, HEAD")]))
        }
        let question = head.question
        let asked = question.text(of: "lang").flatMap { Language(rawValue: $0) }
        let request = Request(
            language: asked ?? Language(accepting: head.header("accept-language")),
            takesGzip: head.header("accept-encoding")?.contains("gzip") == true,
            host: host,
            question: question
        )
        let path = head.path
        if let screen = Screen(rawValue: path) { return page(screen, request) }
        if let asset = Assets.all.first(where: { $0.path == path }) {
            return .refuse(answers.asset(asset, compressed: request.takesGzip))
        }
        switch path {
        case "/health": return .refuse(answers.sentence(200, "ok"))
        case "/api/now":
            return .refuse(answers.document(json(state) + [10], "application/json", compressed: request.takesGzip))
        case "/api/curve":
            let now = now
            let curve = PowerCurve(house.lastDay, PowerCurve.day(until: now), words(request.language))
            return .refuse(answers.document(json(curve), "application/json", compressed: request.takesGzip))
        case "/api/days": return days(request)
        case "/api/live": return stream(request)
        default: return .refuse(answers.sentence(404, request.language("il n'y a rien ici", "there is nothing here")))
        }
    }

    private func frame(_ request: Request) -> Frame {
        Frame(words: words(request.language), place: house.placeName, isWall: request.question.text(of: "mur") == "1")
    }

    private func page(_ screen: Screen, _ request: Request) -> RequestVerdict {
        let frame = frame(request)
        func answer(_ markup: Markup) -> RequestVerdict { .refuse(answers.page(markup, compressed: request.takesGzip)) }
        switch screen {
        case .direct: return .refuse(direct(frame, request))
        case .health: return answer(HealthScreen(frame: frame, state: state, box: house.condition).page)
        case .help: return answer(HelpScreen(frame: frame, address: request.host).page)
        case .energy, .events, .curve, .letter:
            return later(request) { [self] deadline in
                answers.page(await askDatabase(screen, frame, request, deadline), compressed: request.takesGzip)
            }
        }
    }

    /// The first screen, made once a second at most.
    private func direct(_ frame: Frame, _ request: Request) -> ServedAnswer {
        let key = "\(frame.language.rawValue) \(frame.isWall) \(request.takesGzip)"
        let uptime = Uptime.now
        if let made = madeRecently.withLock({ $0[key] }), uptime < made.at + Self.recent { return made.answer }
        let state = state
        let screen = DirectScreen(
            frame: frame,
            live: LiveWords(state, frame.words, news: house.events.last),
            state: state,
            curve: PowerCurve(house.lastDay, PowerCurve.day(until: state.time), frame.words)
        )
        let answer = answers.page(screen.page, compressed: request.takesGzip)
        madeRecently.withLock { $0[key] = (uptime, answer) }
        return answer
    }

    // MARK: - What needs the database

    private func later(
        _ request: Request,
        _ work: @escaping @Sendable (_ deadline: Uptime) async -> ServedAnswer
    ) -> RequestVerdict {
        let deadline = Uptime.now + Self.patience
        let refusal = answers.sentence(
            503,
            request.language(
                "la box n'a pas le temps de répondre à cela maintenant ; réessayez dans quelques secondes",
                "the box has no time for that now; try again in some seconds"
            ),
            [("Retry-After", "10")]
        )
        return .take(largest: Self.largestBody) { [self] _, reply in
            let hasRoom = waiting.withLock { waiting in
                guard waiting.count < Self.mostJobs else { return false }
                waiting.append(Job(reply: reply, refusal: refusal) { await work(deadline) })
                return true
            }
            guard hasRoom else { return refusal }
            asked.yield()
            return nil
        }
    }

    /// The next answer to make; `nil` for none.
    func nextJob() -> Job? { waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() } }

    /// Answers all that wait that there is no time for them.
    func giveUp() { while let job = nextJob() { job.reply.send(job.refusal) } }

    private func askDatabase(
        _ screen: Screen,
        _ frame: Frame,
        _ request: Request,
        _ deadline: Uptime
    ) async -> Markup {
        let now = now
        let history = house.history()
        switch screen {
        case .energy:
            let period = EnergyPeriod(request.question, now: now, house.calendar)
            let found = await before(deadline) { try await EnergyScreen.find(period, in: history, now: now) }
            return EnergyScreen(frame: frame, period: period, now: now, found: found).page
        case .events:
            let stored = await before(deadline) { try await history.events(now - 400 * 86_400..<now + 86_400) }
            let events = EventsScreen.merged(stored ?? [], house.events)
            return EventsScreen(frame: frame, events: events, isWhole: stored != nil, now: now).page
        case .letter:
            let asked = EnergyPeriod(request.question, now: now, house.calendar)
            let month = EnergyPeriod(.month, containing: asked.date, house.calendar)
            let calendar = house.calendar
            let facts = await before(deadline) {
                try await LetterFacts.find(month.date, in: history, calendar, now: now)
            }
            return LetterScreen(frame: frame, period: month, now: now, facts: facts).page
        default:
            let span = CurveScreen.span(request.question, now: now, house.calendar)
            let usual = PowerCurve.step(of: span)
            var step = usual
            var steps = await before(deadline) { try await history.flows(span, step: usual) }
            // The last day is in memory, too, minute by minute.
            if steps == nil, span.upperBound > now - 86_400 { (steps, step) = (house.lastDay, max(60, step)) }
            return CurveScreen(frame: frame, span: span, now: now, steps: steps, step: step).page
        }
    }

    private func days(_ request: Request) -> RequestVerdict {
        let calendar = house.calendar
        guard let table = DayTable(request.question, request.language, today: calendar.date(now)) else {
            return .refuse(
                answers.sentence(
                    400,
                    request.language(
                        "il faut from et to comme 2026-01-31, dix ans au plus, et format=json ou format=csv",
                        "expected from and to as 2026-01-31, ten years at most, and format=json or format=csv"
                    )
                )
            )
        }
        return later(request) { [self] deadline in
            let history = house.history()
            let found = await before(deadline) {
                try await history.energies(of: .dayEnergy, table.span(calendar))
            }
            if let found {
                let (bytes, type) = table.content(found, calendar)
                let name = "jours-\(table.from)-\(table.to).\(table.form.rawValue)"
                let headers = table.form == .csv ? [("Content-Disposition", "attachment; filename=\"\(name)\"")] : []
                return answers.document(bytes, type, compressed: request.takesGzip, headers)
            }
            let sentence = request.language("la base de données ne répond pas", "the database does not answer")
            return answers.sentence(503, sentence, [("Retry-After", "60")])
        }
    }

    // MARK: - The stream

    private static let streamHeaders = [("Content-Type", "text/event-stream"), ("Cache-Control", "no-store")]

    private func stream(_ request: Request) -> RequestVerdict {
        isWatched.store(true, ordering: .relaxed)
        bell.ring()
        let headers = Self.streamHeaders + answers.safety
        let channel = request.language == .french ? 0 : 1
        return .stream(ServedStream(channel: channel, first: message(channel), headers: headers))
    }

    /// The newest message of a channel, which is that of a language.
    func message(_ channel: Int) -> [UInt8] {
        let language = channel == 0 ? Language.french : .english
        let number = messages.add(1, ordering: .relaxed).newValue
        let made = Uptime.now
        let live = LiveWords(state, words(language), news: house.events.last)
        return LiveMessage(version: Assets.version, words: live, made: made).event(number)
    }

    /// Hears that something flows differently.
    @Sendable func hear() { if isWatched.load(ordering: .relaxed) { bell.ring() } }
}
