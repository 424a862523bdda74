import ArgumentParser

/// `--config FILE`, which every command that needs a configuration takes.
struct ConfigOption: ParsableArguments {
    @Option(name: .long, help: "The configuration.")
    var config = "/etc/boxenergie/boxenergie.toml"
}

/// How a report is printed.
struct FormatOption: ParsableArguments {
    @Option(help: "text for people, json for programs.")
    var format = Format.text

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }
}
