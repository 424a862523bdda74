public import ArgumentParser
public import Logging
public import MeterCore
public import MeterSimulation
public import MeterSources

// Enumerations that may stand on the command line under their own names.

extension HouseMode: ExpressibleByArgument {}
extension HouseTariff: ExpressibleByArgument {}
extension Logger.Level: @retroactive ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}
extension TeleinfoSettings.Mode: ExpressibleByArgument {}
