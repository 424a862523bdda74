import ArgumentParser
import MeterNotation

/// `--config FILE`, which every command that needs a configuration takes.
struct ConfigOption: ParsableArguments {
    /// Path of the configuration; the default is that of the package.
    @Option(name: .long, help: .said("The configuration."))
    var config = "/etc/boxenergie/boxenergie.toml"
}

/// `--format text|json`, which every command with a report takes.
struct FormatOption: ParsableArguments {
    /// Form of the report; text by default.
    @Option(help: .said("text for people, json for programs."))
    var format = Format.text

    /// The forms: `text` for people, `json` for programs.
    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }
}
