import MeterCore
import MeterIO

/// The report of `status`, as one value that can be sent as JSON.
///
/// Scripts read it by the names of its members.
struct StatusReport: Codable, Sendable {
    /// The condition of one output.
    struct Output: Codable, Sendable {
        /// Name of the server, for a person.
        var server: String
        /// Points that the server took.
        var pointsWritten: Int
        /// Points that the server refused for ever; they are in `refused.lp`.
        var pointsRefused: Int
        /// Points given up for want of room.
        var pointsLost: Int
        /// Those of them that were given up since the output began, by the source; an empty name for the box's own.
        var pointsLostBySource: [String: Int]?
        /// Requests sent.
        var requests: Int
        /// Requests that failed.
        var failures: Int
        /// Time of the last points taken, in seconds since 1970; `nil` before the first.
        var lastWritten: Int64?
        /// Sentence of the last trouble; it stays after the trouble is over.
        var lastError: String?
        /// Time of the last trouble, in seconds since 1970.
        var lastErrorAt: Int64?
        /// Batches in memory and on the disk.
        var waitingBatches: Int
        /// Bytes on the disk.
        var spoolBytes: Int
    }

    /// The condition of one mirror.
    struct Mirror: Codable, Sendable {
        /// The neighbour, for a person.
        var place: String
        /// True while it takes what it is told.
        var isThere: Bool
        /// Quantities that it was told of since the start.
        var quantities: Int
        /// Messages to it since the start.
        var messages: Int
        /// Time of the last one, in seconds since 1970; `nil` before the first.
        var lastTold: Int64?
        /// Sentence of the last trouble; it stays after the trouble is over.
        var lastError: String?
        /// Time of the last trouble, in seconds since 1970.
        var lastErrorAt: Int64?
    }

    /// The box got another name.
    struct Renaming: Codable, Sendable, Equatable {
        /// The name of before.
        var from: String
        /// The name since then.
        var to: String
        /// The time at which it was noticed, in seconds since 1970.
        var at: Int64
    }

    /// The identity of the box.
    struct Box: Codable, Sendable {
        /// Its ten letters and digits.
        var identity: String
        /// True when another machine may go on with the same one.
        var isCopied: Bool
        /// The reason why it is that of the machine only, in a sentence; `nil` when it is the box's own.
        var problem: String?
        /// The last change of its name, the tag `site`; `nil` when there was none.
        var renaming: Renaming?

        /// Takes what is known.
        init(_ identity: BoxIdentity, _ renaming: Renaming?) {
            self.identity = identity.word
            self.renaming = renaming
            isCopied = identity.isCopied
            if case .unsaved(let error) = identity.condition { problem = "\(error)" }
        }
    }

    /// The condition of the clock.
    struct Clock: Codable, Sendable {
        /// Clock in use: `box`, `meter`, `earlier` while a clock that was set is not believed, or `unknown` while
        /// readings wait.
        var basis: String
        /// Number of times that the clock was set while the program ran, over all starts.
        var jumps: Int
        /// Readings that wait for a date.
        var readingsWaiting: Int
        /// Readings given up because no date came for too long.
        var readingsLost: Int
        /// The same by the source.
        var readingsLostBySource: [String: Int]?
        /// Seconds by which the meter's clock is ahead of the time that is believed; `nil` when it agrees within a minute.
        var meterSecondsAhead: Int64?
    }

    /// The condition of the SD card.
    struct Card: Codable, Sendable {
        /// Bytes written by all programs since midnight; `nil` where the kernel does not tell.
        var writtenToday: Int64?
        /// Bytes written by all programs since the box first counted them.
        var written: Int64?
        /// Share of the disk in use, in percent.
        var usedPercent: Double?
    }

    /// Time of the report, in seconds since 1970.
    var time: Int64
    /// The identity of the box; `nil` from an earlier release.
    var box: Box?
    /// The clock.
    var clock: Clock
    /// Start of the program, in seconds since 1970.
    var startedAt: Int64
    /// Number of starts of the program.
    var starts: Int
    /// The SD card, or another disk that has the state.
    var card: Card
    /// The house now and today, where a meter tells it.
    var house: HouseNow?
    /// The condition of each source, by its name.
    var sources: [String: SourceStatus.Snapshot]
    /// The condition of each history, by its name.
    var outputs: [String: Output]
    /// The condition of each mirror, by its name; `nil` from an earlier release.
    var mirrors: [String: Mirror]?
}
