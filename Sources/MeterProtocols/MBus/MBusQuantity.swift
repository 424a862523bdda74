/// The quantity of a record, by the names of EN 13757-3.
///
/// The raw value is the name in a selector. Units are those of `MBusUnit`: Wh or J, m³, W, °C and so on.
public enum MBusQuantity: String, Sendable, Hashable, CaseIterable {
    case energy, volume, mass, power, pressure, voltage, current, frequency
    case onTime = "on time"
    case operatingTime = "operating time"
    case volumeFlow = "volume flow"
    case massFlow = "mass flow"
    case flowTemperature = "flow temperature"
    case returnTemperature = "return temperature"
    case temperatureDifference = "temperature difference"
    case externalTemperature = "external temperature"
    case temperature
    case temperatureLimit = "temperature limit"
    case cumulatedMaximumPower = "cumulated maximum power"
    case date
    case dateAndTime = "date and time"
    case heatCostUnits = "heat cost units"
    case averagingDuration = "averaging duration"
    case actualityDuration = "actuality duration"
    case fabricationNumber = "fabrication number"
    case identification
    case busAddress = "bus address"
    case reactiveEnergy = "reactive energy"
    case apparentEnergy = "apparent energy"
    case reactivePower = "reactive power"
    case apparentPower = "apparent power"
    case phaseUU = "phase angle U-U"
    case phaseUI = "phase angle U-I"
    case relativeHumidity = "relative humidity"
    case credit, debit
    case accessNumber = "access number"
    case medium, manufacturer
    case parameterSet = "parameter set"
    case model
    case hardwareVersion = "hardware version"
    case firmwareVersion = "firmware version"
    case softwareVersion = "software version"
    case customerLocation = "customer location"
    case customer
    case userCode = "user access code"
    case operatorCode = "operator access code"
    case systemOperatorCode = "system operator access code"
    case developerCode = "developer access code"
    case password
    case errorFlags = "error flags"
    case errorMask = "error mask"
    case securityKey = "security key"
    case digitalOutput = "digital output"
    case digitalInput = "digital input"
    case baudRate = "baud rate"
    case responseDelay = "response delay"
    case retries
    case remoteControl = "remote control"
    case firstStorage = "first storage"
    case lastStorage = "last storage"
    case storageBlockSize = "storage block size"
    case storageInterval = "storage interval"
    case timeSinceReadout = "time since readout"
    case tariffStart = "tariff start"
    case tariffDuration = "tariff duration"
    case tariffPeriod = "tariff period"
    case dimensionless
    case resetCounter = "reset counter"
    case cumulationCounter = "cumulation counter"
    case controlSignal = "control signal"
    case dayOfWeek = "day of week"
    case weekNumber = "week number"
    case dayChange = "day change"
    case parameterActivation = "parameter activation"
    case supplierInformation = "supplier information"
    case timeSinceCumulation = "time since cumulation"
    case batteryTime = "battery time"
    case batteryChange = "battery change"
    case receptionLevel = "reception level"
    /// A quantity that the meter names in plain text (VIF 7C).
    case other
    /// A quantity that the manufacturer alone knows (VIF 7F).
    case manufacturerSpecific = "manufacturer specific"
    /// A code that the standard keeps for later, or that this program does not know.
    case unknown

    /// True when the value is a set of flags and not a number with a sign.
    var isFlags: Bool {
        switch self {
        case .errorFlags, .errorMask, .digitalInput, .digitalOutput, .controlSignal, .parameterActivation: true
        default: false
        }
    }

    /// True when the value is a date, a time or both.
    var isDate: Bool {
        switch self {
        case .date, .dateAndTime, .tariffStart, .batteryChange, .dayChange: true
        default: false
        }
    }
}
