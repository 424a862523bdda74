import MeterCore
import MeterIO
import MeterNotation

extension BusPlace {
    /// Decodes `device`, or `host` and `port` (1 to 65535); problems go to the section's diagnostics.
    ///
    /// Exactly one of `device` and `host` is needed; after a report the place is one that cannot be opened.
    init(settings: ConfigSection, port usualPort: Int) {
        let device = settings.optionalPath("device", "The serial device of the RS485 pair; others may share it.")
        let host = settings.optionalString("host", "A transparent converter in the network, instead of device.")
        let port = settings.integer("port", in: 1...65_535, default: usualPort, "The converter's TCP port.")
        if let host {
            settings.refuseImpossible("host", host)
            settings.refuseMoreThanHost("host", host)
        }
        switch (device, host) {
        case (let device?, nil): self = .serial(device)
        case (nil, let host?): self = .network(NetworkAddress(host: host, port: port))
        case (nil, nil):
            settings.reportMissing(
                "where is it? write device for a serial line or host for a converter in the network",
                oneOf: ["device", "host"]
            )
            self = .serial("/")
        case (_?, _?):
            settings.report("either device or host, not both", at: "host")
            self = .serial("/")
        }
    }

    /// The bus at this place; all sources with the same line share one bus.
    ///
    /// - Throws: a sentence that says why the line cannot be opened.
    func bus(_ format: SerialSettings) async throws -> Bus {
        switch self {
        case .serial(let device): try await Bus.serial(at: device, format: format)
        case .network(let address): Bus.network(address)
        }
    }
}
