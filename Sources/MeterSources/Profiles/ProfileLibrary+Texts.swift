extension ProfileLibrary {
    /// The files in `Modbus/Profiles`, by name: one line each.
    ///
    /// `PackageResources` is made by SwiftPM, which puts the bytes of the files into the program.
    static let texts: [(key: String, bytes: [UInt8])] = [
        ("abb-b21", PackageResources.abb_b21_toml),
        ("abb-b23", PackageResources.abb_b23_toml),
        ("carlo-gavazzi-em112", PackageResources.carlo_gavazzi_em112_toml),
        ("carlo-gavazzi-em24", PackageResources.carlo_gavazzi_em24_toml),
        ("carlo-gavazzi-em340", PackageResources.carlo_gavazzi_em340_toml),
        ("eastron-sdm120", PackageResources.eastron_sdm120_toml),
        ("eastron-sdm630", PackageResources.eastron_sdm630_toml),
        ("eastron-sdm72d", PackageResources.eastron_sdm72d_toml),
        ("emu-professional-a", PackageResources.emu_professional_a_toml),
        ("emu-professional-b", PackageResources.emu_professional_b_toml),
        ("enerdis-ulys-md45", PackageResources.enerdis_ulys_md45_toml),
        ("enerdis-ulys-td80", PackageResources.enerdis_ulys_td80_toml),
        ("schneider-pm5320", PackageResources.schneider_pm5320_toml),
        ("socomec-countis-e13", PackageResources.socomec_countis_e13_toml),
        ("socomec-countis-e17", PackageResources.socomec_countis_e17_toml),
        ("socomec-countis-e23", PackageResources.socomec_countis_e23_toml),
    ]

    /// The files in `HTTP/Profiles`, by name: one line each.
    static let webTexts: [(key: String, bytes: [UInt8])] = [
        ("fronius", PackageResources.fronius_toml),
        ("legrand-ecocompteur", PackageResources.legrand_ecocompteur_toml),
        ("openweathermap", PackageResources.openweathermap_toml),
        ("shelly-3em", PackageResources.shelly_3em_toml),
        ("shelly-em", PackageResources.shelly_em_toml),
        ("shelly-plug", PackageResources.shelly_plug_toml),
        ("shelly-pro-3em", PackageResources.shelly_pro_3em_toml),
        ("shelly-switch", PackageResources.shelly_switch_toml),
        ("tasmota", PackageResources.tasmota_toml),
    ]
}
