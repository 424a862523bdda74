// swift-tools-version:6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]
/// For what runs seldom, or little at a time: a megabyte less, and no figure of Tests/bench/compare is worse.
let compact = settings + [.unsafeFlags(["-Osize"], .when(configuration: .release))]
/// Five megabytes less than with gold: addresses to be set at the start are packed (glibc 2.36), equal code is there
/// once, no name is offered to other programs, and the tables for C++ exceptions are left out.
let smaller = [
    "-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs", "-Xlinker", "--icf=safe",
    "-Xlinker", "--no-export-dynamic", "-Xlinker", "--no-eh-frame-hdr",
    "-Xlinker", "-T", "-Xlinker", "\(Context.packageDirectory)/Sources/Packaging/without-unwinding.ld",
]
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

let package = Package(
    name: "boxenergie",
    products: [.executable(name: "boxenergie", targets: ["boxenergie"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        // One shim per C or C++ library; the differences between versions stay in there.
        .systemLibrary(name: "CCurl"),
        .systemLibrary(name: "CGPIOD"),
        .systemLibrary(name: "CZlib"),
        .target(name: "CCrypto", dependencies: ["CLinux"]),
        .target(name: "CHTTPD", dependencies: ["CLinux"]),
        .target(name: "CLinux"),
        .target(name: "CMQTT", dependencies: ["CLinux"]),
        .target(name: "CPostgres", dependencies: ["CLinux"]),
        .target(name: "CTOML"),
        .target(name: "CXML", dependencies: ["CLinux"]),

        // How dates, numbers and words are written: below everything, so that a protocol needs no device for a date.
        .target(name: "MeterNotation", dependencies: ["CLinux"], swiftSettings: settings),
        // Without devices and network, and without files but for MeterCore's folder Disk: builds and tests anywhere in
        // seconds.
        .target(
            name: "MeterCore",
            dependencies: ["CCrypto", "CLinux", "CTOML", "CZlib", "MeterNotation", logging],
            swiftSettings: settings
        ),
        .target(name: "MeterProtocols", dependencies: ["MeterNotation"], swiftSettings: settings),
        .target(name: "MeterDocuments", dependencies: ["CXML", "MeterNotation"], swiftSettings: compact),
        // What suppliers and the distributor let a customer download.
        .target(
            name: "SupplierFiles",
            dependencies: ["CZlib", "MeterDocuments", "MeterNotation"],
            swiftSettings: compact
        ),
        .target(name: "MeterSimulation", dependencies: ["MeterNotation"], swiftSettings: compact),

        // The rim.
        .target(
            name: "MeterIO",
            dependencies: ["CCurl", "CGPIOD", "CHTTPD", "CLinux", "CMQTT", "MeterCore", "MeterNotation"],
            swiftSettings: settings
        ),
        .target(
            name: "MeterSources",
            dependencies: ["MeterCore", "MeterDocuments", "MeterIO", "MeterNotation", "MeterProtocols", logging],
            // The bytes of the files as constants: no bundle, no Foundation, nothing to install beside the program.
            resources: [.embedInCode("Modbus/Profiles"), .embedInCode("HTTP/Profiles"), .embedInCode("MQTT/Profiles")],
            swiftSettings: compact
        ),
        .target(
            name: "InfluxOutput",
            dependencies: ["CZlib", "MeterCore", "MeterIO", "MeterNotation", logging],
            swiftSettings: settings
        ),
        // Neighbours that are shown what is now, and the list of all outputs.
        .target(
            name: "MeterOutputs",
            dependencies: ["CPostgres", "InfluxOutput", "MeterCore", "MeterIO", "MeterNotation", logging],
            // The tables of PostgreSQL as constants, see the folder Packaging.
            resources: [.embedInCode("PostgreSQL/Files")],
            swiftSettings: compact
        ),
        // The page of the house, with its style and script inside the program.
        .target(
            name: "HousePage",
            dependencies: ["InfluxOutput", "MeterCore", "MeterIO", "MeterNotation", logging],
            resources: [.embedInCode("Files")],
            swiftSettings: compact
        ),
        .executableTarget(
            name: "boxenergie",
            dependencies: [
                "CLinux", "HousePage", "InfluxOutput", "MeterCore", "MeterIO", "MeterNotation", "MeterOutputs",
                "MeterProtocols", "MeterSimulation", "MeterSources", "SupplierFiles", logging,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: compact,
            linkerSettings: [.unsafeFlags(smaller)]
        ),

        // What the delivery tests kill, stop and starve.
        .executableTarget(
            name: "DeliveryDriver",
            dependencies: [
                "CLinux", "MeterCore", "MeterIO", "MeterNotation", "MeterOutputs", logging,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tests/DeliveryDriver",
            swiftSettings: settings
        ),

        // The cases of sources as data, which two test targets play.
        .target(
            name: "SourceCases",
            dependencies: ["MeterCore", "MeterNotation", "MeterProtocols", "MeterSources", logging],
            path: "Tests/SourceCases",
            swiftSettings: settings
        ),

        .testTarget(name: "MeterNotationTests", dependencies: ["MeterNotation"], swiftSettings: settings),
        .testTarget(name: "MeterCoreTests", dependencies: ["MeterCore", "MeterNotation"], swiftSettings: settings),
        .testTarget(name: "MeterDocumentsTests", dependencies: ["MeterDocuments"], swiftSettings: settings),
        .testTarget(name: "MeterProtocolsTests", dependencies: ["MeterProtocols"], swiftSettings: settings),
        .testTarget(
            name: "SupplierFilesTests",
            dependencies: ["MeterNotation", "SupplierFiles"],
            swiftSettings: settings
        ),
        .testTarget(name: "MeterSimulationTests", dependencies: ["MeterSimulation"], swiftSettings: settings),
        .testTarget(name: "MeterIOTests", dependencies: ["CLinux", "MeterCore", "MeterIO"], swiftSettings: settings),
        .testTarget(
            name: "MeterSourcesTests",
            dependencies: [
                "MeterCore", "MeterIO", "MeterNotation", "MeterProtocols", "MeterSimulation", "MeterSources",
                "SourceCases",
            ],
            exclude: ["cases"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "InfluxOutputTests",
            dependencies: ["InfluxOutput", "MeterCore", "MeterIO"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "MeterOutputsTests",
            dependencies: ["MeterCore", "MeterIO", "MeterNotation", "MeterOutputs"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "HousePageTests",
            dependencies: ["HousePage", "InfluxOutput", "MeterCore", "MeterIO", "MeterNotation"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ProgramTests",
            dependencies: [
                "boxenergie", "HousePage", "InfluxOutput", "MeterCore", "MeterIO", "MeterNotation", "MeterOutputs",
                "MeterSimulation", "MeterSources", "SourceCases", "SupplierFiles",
            ],
            exclude: ["last-release"],
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
