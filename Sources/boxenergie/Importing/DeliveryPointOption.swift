import ArgumentParser
import MeterNotation

/// The delivery point to take of a file that has several.
struct DeliveryPointOption: ParsableArguments {
    /// Its last digits; `nil` for the only one.
    @Option(help: .said("Of a file with several delivery points: the last digits of the one to take."))
    var meter: String?

    func validate() throws {
        if let meter, meter.isEmpty || !meter.utf8.allSatisfy({ $0.isDigit }) {
            throw ValidationError(said("--meter needs the last digits of a delivery point, such as 1234"))
        }
    }
}
