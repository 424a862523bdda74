import MeterCore

/// The names of quantities and devices for people.
struct MirrorWords {
    private let isFrench: Bool

    init(_ language: MQTTMirrorSettings.Language) { isFrench = language == .french }

    /// The name of a device: the meter's own, with a capital; that of the box without a meter.
    func device(_ meter: String, site: String) -> String {
        let name =
            meter.isEmpty
            ? (isFrench ? "Boîte énergie" : "Energy box") : meter.prefix(1).uppercased() + meter.dropFirst()
        return site.isEmpty || site == "maison" ? name : "\(name) (\(site))"
    }

    /// The name of a quantity, without that of its device, which stands before it wherever people see it.
    func name(of quantity: ShownQuantity) -> String {
        let (french, english) = names(quantity.measure)
        let name = isFrench ? french : english
        return quantity.part.isEmpty ? name : "\(name) \(quantity.part)"
    }

    private func names(_ measure: Measure) -> (String, String) {
        switch measure {
        case .imported: ("Énergie soutirée", "Imported energy")
        case .exported: ("Énergie injectée", "Exported energy")
        case .produced: ("Énergie produite", "Produced energy")
        case .consumed: ("Énergie consommée", "Used energy")
        case .charged: ("Énergie chargée", "Charged energy")
        case .discharged: ("Énergie déchargée", "Discharged energy")
        case .portOut: ("Énergie rendue à la maison", "Energy to the house")
        case .portIn: ("Énergie prise à la maison", "Energy from the house")
        case .index: ("Index", "Index")
        case .heat: ("Chaleur", "Heat")
        case .cooling: ("Froid", "Cooling")
        case .water: ("Eau", "Water")
        case .gas: ("Gaz", "Gas")
        case .importPower: ("Puissance soutirée", "Imported power")
        case .exportPower: ("Puissance injectée", "Exported power")
        case .productionPower: ("Puissance produite", "Produced power")
        case .consumptionPower: ("Puissance consommée", "Used power")
        case .chargePower: ("Puissance de charge", "Charging power")
        case .dischargePower: ("Puissance de décharge", "Discharging power")
        case .portOutPower: ("Puissance rendue à la maison", "Power to the house")
        case .portInPower: ("Puissance prise à la maison", "Power from the house")
        case .importApparent: ("Puissance apparente soutirée", "Imported apparent power")
        case .exportApparent: ("Puissance apparente injectée", "Exported apparent power")
        case .phaseApparent: ("Puissance apparente phase", "Apparent power of phase")
        case .subscribed: ("Puissance souscrite", "Subscribed power")
        case .voltage: ("Tension phase", "Voltage of phase")
        case .stateOfCharge: ("Charge", "State of charge")
        case .temperature: ("Température", "Temperature")
        case .tariff: ("Tarif en cours", "Tariff of now")
        case .age: ("Âge de la mesure", "Age of the reading")
        case .processorTemperature: ("Température du processeur", "Processor temperature")
        case .diskUse: ("Disque utilisé", "Disk used")
        case .memoryUse: ("Mémoire utilisée", "Memory used")
        }
    }
}
