/// A configured output before its spool is opened.
public struct PlannedOutput: Sendable {
    /// The name in `[output.NAME]`, or `influx`.
    public let name: String
    /// The time between two sendings.
    let flush: FlushPace
    /// The looks at what the box itself serves.
    let audience: Audience
    /// All that made it, as a text.
    ///
    /// An output whose text stays the same is left alone when the configuration is read again.
    let configuration: String
    /// Collects readings from now on, also before the spool is open.
    let batcher: Batcher
    private let makeUploader: @Sendable (Batcher, Uploader.Counts) -> Uploader

    /// Plans an output.
    ///
    /// - Parameters:
    ///   - name: its name, under which it goes on after a change.
    ///   - configuration: all that makes it, as a text.
    ///   - flush: the time between two sendings.
    ///   - audience: the looks at what the box itself serves.
    ///   - batcher: collects readings from now on.
    ///   - makeUploader: opens the spool; called when no earlier output of this name has it.
    public init(
        _ name: String,
        configuration: String = "",
        flush: FlushPace,
        audience: Audience = Audience(),
        batcher: Batcher,
        makeUploader: @escaping @Sendable (Batcher, Uploader.Counts) -> Uploader
    ) {
        self.name = name
        self.configuration = configuration
        self.flush = flush
        self.audience = audience
        self.batcher = batcher
        self.makeUploader = makeUploader
    }

    /// True when nothing in the configuration of both differs.
    func isSame(as other: PlannedOutput) -> Bool { name == other.name && configuration == other.configuration }

    /// Opens the spool and makes the uploader, which goes on counting from earlier counters.
    public func open(_ counts: Uploader.Counts = Uploader.Counts()) -> RunningOutput {
        RunningOutput(plan: self, uploader: makeUploader(batcher, counts))
    }

    /// Goes on where an earlier output of this name, which has ended, left off.
    func open(after earlier: Uploader?) -> RunningOutput {
        let output = open(earlier?.counts ?? Uploader.Counts())
        if let earlier { output.uploader.takeOver(from: earlier) }
        return output
    }
}

/// An output at work.
public struct RunningOutput: Sendable {
    /// The configuration that it was opened by.
    let plan: PlannedOutput
    /// Sends its batches.
    public let uploader: Uploader

    /// The name in `[output.NAME]`, or `influx`.
    public var name: String { plan.name }

    /// Sends batches until the batcher has finished, and looks after something each time.
    func keepSending(_ clock: any Clock<Duration>, _ look: @escaping @Sendable () -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // A server that hangs must not keep readings from the disk until the next batch is due.
                let patience = min(.seconds(5), plan.flush.step / 2)
                var attention = Attention()
                // Boxes that a power cut started together shall not send to one server, and try again, in step: the
                // first step is shorter.
                var pause = (plan.flush.step - patience) * Double.random(in: 0..<1)
                while (try? await clock.sleep(for: pause)) != nil {
                    pause = plan.flush.step - patience
                    look()
                    let isDue = await isTimeToSend(&attention)
                    if isDue { plan.batcher.flush() } else { uploader.storeWhatIsHeld() }
                    try? await clock.sleep(for: patience)
                    if isDue { uploader.storeWhatIsLate(after: patience / 2) }
                }
            }
            await uploader.run()
            group.cancelAll()
        }
    }

    /// True at each step of a pace that is always the same, and when somebody looks or has not for a minute.
    private func isTimeToSend(_ attention: inout Attention) async -> Bool {
        guard plan.flush == .auto else { return true }
        let queries = attention.asksServer() ? await uploader.sink.queries() : nil
        return attention.isTimeToSend(queries: queries, looks: plan.audience.looks)
    }
}
