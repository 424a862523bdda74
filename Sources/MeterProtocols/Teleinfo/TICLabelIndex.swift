/// Finds a label by the bytes of its name: open addressing over a 64-bit key.
///
/// The key is the first eight characters; only `SMAXSN1-1`, `SMAXSN2-1` and `SMAXSN3-1` have a ninth, kept beside it.
struct TICLabelIndex: Sendable {
    /// The facts on a label that judging a group needs, in 24 bytes.
    struct Entry {
        /// The first eight characters, the first one lowest; 0 in a free place.
        var key: UInt64 = 0
        /// The ninth character, or 0.
        var ninth: UInt8 = 0
        var label: TICLabel = .adco
        var kind: TICLabel.Kind = .text
        var mode: TICMode = .historique
        var hasHorodate = false
        var opensFrame = false
        /// The characters of the data.
        var length: UInt8 = 0
        /// The characters of the group after the label: separators, horodate, data, checksum.
        var rest: UInt8 = 0
        /// The place in a frame of the number or the text, and of the horodate.
        var place = TICFrame.Place()
    }

    // Safe because the table is filled before anyone sees it, never written afterwards and never freed.
    private nonisolated(unsafe) let entries: UnsafePointer<Entry>
    private static let shift: UInt64 = 64 - 9
    private static let mask = 511

    /// The one index, shared by all decoders.
    static let shared = TICLabelIndex()

    private init() {
        let entries = UnsafeMutablePointer<Entry>.allocate(capacity: Self.mask + 1)
        entries.initialize(repeating: Entry(), count: Self.mask + 1)
        let names = TICLabel.table.map { (name: $0.name, label: $0.label) } + TICLabel.olderNames
        for (name, label) in names {
            let definition = label.definition
            var entry = Entry()
            for (position, byte) in name.utf8.enumerated() {
                if position < 8 { entry.key |= UInt64(byte) << UInt64(8 * position) } else { entry.ninth = byte }
            }
            entry.label = definition.label
            entry.kind = definition.kind
            entry.mode = definition.label.mode
            entry.hasHorodate = definition.hasHorodate
            entry.opensFrame = definition.label.opensFrame
            entry.length = UInt8(definition.length)
            entry.rest = UInt8(3 + (definition.hasHorodate ? Horodate.length + 1 : 0) + definition.length)
            entry.place = TICFrame.places[Int(definition.label.rawValue)]
            var slot = Self.slot(entry.key)
            while entries[slot].key != 0 { slot = (slot + 1) & Self.mask }
            entries[slot] = entry
        }
        self.entries = UnsafePointer(entries)
    }

    /// The entry of a label; `nil` for a name that no meter sends.
    ///
    /// A free place ends the search, and there always is one: the table is less than a third full.
    @inline(__always)
    func entry(key: UInt64, ninth: UInt8) -> UnsafePointer<Entry>? {
        var slot = Self.slot(key)
        while true {
            let entry = entries + slot
            if entry.pointee.key == key && entry.pointee.ninth == ninth { return key == 0 ? nil : entry }
            if entry.pointee.key == 0 { return nil }
            slot = (slot &+ 1) & Self.mask
        }
    }

    /// The place at which the search for a key begins, 0...511.
    @inline(__always)
    private static func slot(_ key: UInt64) -> Int {
        Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) &>> shift)
    }
}
