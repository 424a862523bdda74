public import MeterCore

extension SourceRegistry {
    /// The types of sources in the program, one line each; the order is that of `boxenergie sources`.
    public static let builtIn = SourceRegistry([
        TeleinfoSource.self,
        PulseSource.self,
        MBusSource.self,
        AuroraSource.self,
        OneWireSource.self,
        ModbusSource.self,
        HTTPSource.self,
        EcoDevicesSource.self,
        EcoDevicesRT2Source.self,
        WESSource.self,
        SpeedwireSource.self,
        CSVSource.self,
        ExecSource.self,
        PushSource.self,
        MQTTSource.self,
    ])
}
