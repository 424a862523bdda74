import MeterCore
import MeterNotation

/// Makes the box go on from the new sums: the running one by an order, else the next start by a note.
///
/// Without it the box would write today's and this month's sums of its own memory over the new ones.
///
/// - Parameter configuration: names the daemon's socket and the folder of the state.
/// - Throws: a `CommandError` when neither can be done; the sums are in the database then.
func handOverBooks(_ configuration: Configuration) throws {
    func failed(_ reason: String) -> CommandError {
        CommandError(
            "the sums are in the database, but the box on this machine will write its own of today and of this "
                + "month over them: \(reason)"
        )
    }
    if let answer = ControlServer.ask(configuration, "ledger reopen") {
        guard answer == "ok" else {
            throw failed(
                "\(answer.drop { $0 != " " }.dropFirst()); let the user in [influx] read (boxenergie provision "
                    + "does it) and run this again"
            )
        }
        return print(said("the running boxenergie goes on from these sums"))
    }
    do {
        try BoxMemory.outdate(configuration.state)
    } catch {
        throw failed("\(error); run this again with sudo")
    }
}
