/// The release of the program.
enum Release {
    /// Its number, as `--version` tells it first.
    static let number = "0.1.0"
}
