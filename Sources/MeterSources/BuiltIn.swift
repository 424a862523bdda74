public import MeterCore

extension SourceRegistry {
    /// The meters that the program knows: one line each.
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
        CSVSource.self,
        ExecSource.self,
        PushSource.self,
        MQTTSource.self,
    ])
}
