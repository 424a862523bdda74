import Logging
public import MeterCore
import MeterIO
public import MeterNotation

/// Files of comma-separated values that a device writes, into a folder or onto a server.
public final class CSVSource: MeterSource {
    /// The value of `type` in the configuration.
    public static let type = "csv"
    /// One line for `boxenergie sources`.
    public static let summary: Phrase =
        "Files of values (CSV) that a device puts into a folder, or that are fetched by FTP or SFTP."
    /// Sections to copy: a local folder, and the history of a WES by FTP.
    public static let sample = """
        [source.sauna]
        type = "csv"
        folder = "/srv/ftp/in"
        files = "log*.csv"
        measurement = "raw.sauna"
        time_columns = ["Date", "Heure"]     # or by number: ["1", "2"]
        time_format = "%d/%m/%Y %H:%M"
        decimal = "comma"
        after = "move"                       # to /srv/ftp/in/done

        [source.sauna.fields]
        temp_c = { path = "Temp", unit = "°C" }
        w = { path = "P", unit = "kW" }

        [source.wes_histoire]                # a WES keeps its history in files; look which it has, and their columns
        type = "csv"
        url = "ftp://192.168.1.32/"
        username = "admin"
        password_file = "/etc/boxenergie/wes.password"
        files = "*.csv"
        every = "15m"
        measurement = "raw.wes"
        time_columns = ["1"]
        time_format = "%d/%m/%Y %H:%M"

        [source.wes_histoire.fields]
        wh_in = { path = "2", unit = "kWh" }

        # Devices that send their files need an FTP server here, which shows them nothing but a folder:
        #   sudo /usr/share/boxenergie/install.sh --ftp
        # The folder of the source is then /srv/ftp/in.
        """

    /// The decoded section.
    let settings: CSVSettings

    /// The declaration of the source; a file may come once a day, and its lines are records that need not be recent.
    public var declaration: Declaration {
        Declaration(of: settings.role, in: settings.measurement, every: .seconds(86_400))
    }

    /// Decodes the section; problems go to its diagnostics.
    public init(settings: ConfigSection) { self.settings = CSVSettings(settings: settings) }

    /// Follows the files until the task is cancelled; a local folder is read on a thread of its own.
    public func run(into receiver: any PointReceiver, context: SourceContext) async throws {
        switch settings.place {
        case .folder(let path):
            let thread = try ThreadExecutor(name: "files")
            defer { thread.stop() }
            let folder = LocalFolder(path, thread: thread)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    // A network folder may block the thread for hours, and a restart of the program would not help.
                    while true {
                        try await EventLoop.main.sleep(for: .seconds(20))
                        context.status.beat()
                    }
                }
                defer { group.cancelAll() }
                try await follow(folder, context, receiver) { await folder.watch() }
            }
        case .server(let url, let access):
            try await follow(RemoteFolder(url, access), context, receiver) { nil }
        }
    }

    /// Looks again and again; failures make the pauses longer.
    ///
    /// - Parameters:
    ///   - store: the folder.
    ///   - context: of the source.
    ///   - receiver: takes the points.
    ///   - makeWatch: begins to watch the folder, `nil` where that is not possible.
    /// - Throws: `CancellationError`.
    private func follow(
        _ store: some FileStore,
        _ context: SourceContext,
        _ receiver: any PointReceiver,
        _ makeWatch: () async -> FolderWatch?
    ) async throws {
        var follower = CSVFollower(settings, store, context, into: receiver)
        defer { follower.save(isOver: true) }
        var trouble = Trouble(
            context,
            warning: "Files cannot be read; trying again",
            recovery: "The files can be read again"
        )
        var watch: FolderWatch?
        // A line of the future is not told from others before.
        while BoxTime.shared.trust == .unknown {
            try await EventLoop.main.sleep(for: .seconds(1))
            context.status.beat()
        }
        while !Task.isCancelled {
            // Before the look, so that nothing falls in between.
            if watch == nil { watch = await makeWatch() }
            var rest = settings.every
            do {
                try await follower.look()
                trouble.isOver()
            } catch {
                rest = max(rest, try trouble.note(error))
                watch = nil
            }
            follower.save()
            try await pause(rest, watch, context)
        }
    }

    /// Waits until something has changed, or for the given time.
    ///
    /// - Parameters:
    ///   - rest: the time to wait, if nothing changes.
    ///   - watch: of the folder; without one the whole time passes.
    ///   - context: of the source.
    /// - Throws: `CancellationError`.
    private func pause(_ rest: Duration, _ watch: FolderWatch?, _ context: SourceContext) async throws {
        let end = EventLoop.main.now + rest
        // A writer that writes on and on is not followed byte by byte.
        try await EventLoop.main.sleep(for: min(rest, .milliseconds(300)))
        while EventLoop.main.now < end {
            context.status.beat()
            let next = min(end, EventLoop.main.now + .seconds(20))
            if let watch {
                if try await watch.wait(until: next) { return }
            } else {
                try await EventLoop.main.sleep(until: next)
            }
        }
    }

    /// Decodes recorded files.
    public func replay(
        _ recording: any Recording,
        into receiver: any PointReceiver,
        context: SourceContext
    ) async throws {
        var reader = CSVRecording(settings, context)
        try await reader.play(recording, into: receiver, context.status)
    }
}
