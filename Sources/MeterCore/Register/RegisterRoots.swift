/// What the chains of a database begin with: all those of one box go on from one beginning.
///
/// A file has one beginning. In a database others may stand beside it, and whoever may write there can add one.
struct RegisterRoots: Sendable {
    /// Of each chain its box, and the chain that everything before it begins with.
    private var chains: [(box: String, root: Int)] = []
    /// Of each box the root of its chains.
    private var owners: [String: Int] = [:]
    /// The roots of which the records before are lost: they stand beside those, and claim no box.
    private var lost: Set<Int> = []

    /// Takes the next chain.
    ///
    /// - Parameters:
    ///   - box: whose it says that it is.
    ///   - earlier: the chain that it goes on from.
    ///   - isLost: true when it goes on from none, since its records were gone.
    /// - Returns: false when chains of that box begin elsewhere.
    mutating func add(_ box: String, after earlier: Int?, isLost: Bool) -> Bool {
        let root = earlier.map { chains[$0].root } ?? chains.count
        chains.append((box, root))
        if isLost { lost.insert(root) }
        guard !lost.contains(root) else { return true }
        let owner = owners[box] ?? root
        owners[box] = owner
        return owner == root
    }

    /// The chains of the box of a chain that have another root.
    func others(of chain: Int) -> [Int] {
        chains.indices.filter { chains[$0].box == chains[chain].box && chains[$0].root != chains[chain].root }
    }

    /// True when a chain has the same root as one of a box.
    func leads(_ chain: Int, to box: String) -> Bool {
        chains.contains { $0.box == box && $0.root == chains[chain].root }
    }
}
