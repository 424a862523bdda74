import ArgumentParser

@main
struct BoxEnergie: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "boxenergie", subcommands: [Bench.self])
}
