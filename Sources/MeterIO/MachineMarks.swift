/// What a machine is known again by beside an identity, so that its own numbers stay in it.
struct MachineMarks: Hashable {
    /// That of its board, or of its system, which is copied with a card.
    var system: String
    /// Those of the interfaces of a board without a serial number; none while no driver has brought one.
    var addresses: [String] = []

    /// The one by which others tell it from another machine.
    var best: String { addresses.first ?? system }

    /// True when both may be of one machine: an interface is the same, or nobody can tell by interfaces and the system is.
    func isSame(as other: MachineMarks) -> Bool {
        guard !addresses.isEmpty, !other.addresses.isEmpty else { return system == other.system }
        return !Set(addresses).isDisjoint(with: other.addresses)
    }
}
