import CTOML
import MeterNotation

/// The reason for which a text is not TOML, and its place.
struct TOMLError: Error, Equatable {
    /// A sentence for people, in plain words where toml++ has none.
    var message: String
    var position: SourcePosition
}

/// Reads TOML 1.0 into a tree with positions.
enum TOMLReader {
    /// The largest text taken for a configuration.
    ///
    /// A household's is a few kB; toml++ and the tree need about 150 bytes for each byte of the worst text.
    static let maximumSize = 1 << 20

    /// Reads the bytes of a file.
    ///
    /// - Throws: `TOMLError` at the first problem; toml++ does not go on behind it.
    static func read(_ bytes: [UInt8]) throws(TOMLError) -> ConfigNode {
        guard bytes.count <= maximumSize else {
            throw TOMLError(
                message: said(
                    "the file has \(ByteCountText.format(bytes.count)), more than the "
                        + "\(ByteCountText.format(maximumSize)) a configuration may have; is it the right one?"
                ),
                position: .start
            )
        }
        if let problem = TOMLText.firstProblem(in: bytes) { throw problem }
        guard let document = TOMLDocument(bytes) else {
            throw TOMLError(message: said("not enough memory to read the file"), position: .start)
        }
        return try document.tree(of: bytes)
    }
}

/// The C++ side's document, freed with its owner.
private struct TOMLDocument: ~Copyable {
    private let handle: OpaquePointer

    init?(_ bytes: [UInt8]) {
        let handle = bytes.withUnsafeBytes { text in
            ctoml_parse(text.baseAddress?.assumingMemoryBound(to: CChar.self), text.count)
        }
        guard let handle else { return nil }
        self.handle = handle
    }

    deinit { ctoml_free(handle) }

    borrowing func tree(of bytes: [UInt8]) throws(TOMLError) -> ConfigNode {
        var line: UInt32 = 1
        var column: UInt32 = 1
        if let message = ctoml_error(handle, &line, &column) {
            let place = SourcePosition(line: max(1, Int(line)), column: max(1, Int(column)))
            throw TOMLText.error(String(cString: message), at: place, in: bytes)
        }
        var count = 0
        let nodes = UnsafeBufferPointer(start: ctoml_nodes(handle, &count), count: count)
        var index = 0
        return node(nodes, &index)
    }

    /// The tree at `index`, which moves behind it; the depth is bounded by the parser's limits.
    private borrowing func node(_ nodes: UnsafeBufferPointer<ctoml_node>, _ index: inout Int) -> ConfigNode {
        let node = nodes[index]
        index += 1
        let value: ConfigValue
        switch ctoml_kind(node.kind) {
        case ctoml_table:
            var entries: [ConfigEntry] = []
            entries.reserveCapacity(Int(node.children))
            for _ in 0..<node.children {
                let child = nodes[index]
                entries.append(
                    ConfigEntry(
                        key: text(child.key, child.key_length),
                        at: SourcePosition(line: Int(child.key_line), column: Int(child.key_column)),
                        node: self.node(nodes, &index)
                    )
                )
            }
            value = .table(entries)
        case ctoml_array:
            var elements: [ConfigNode] = []
            elements.reserveCapacity(Int(node.children))
            for _ in 0..<node.children { elements.append(self.node(nodes, &index)) }
            value = .array(elements)
        case ctoml_string: value = .string(text(node.text, node.text_length))
        case ctoml_integer: value = .integer(node.integer)
        case ctoml_number: value = .number(node.number)
        case ctoml_boolean: value = .boolean(node.integer != 0)
        default: value = .dateTime(text(node.text, node.text_length))
        }
        // toml++ gives an empty document no position.
        let position = SourcePosition(line: max(1, Int(node.line)), column: max(1, Int(node.column)))
        return ConfigNode(value, at: position)
    }

    private borrowing func text(_ start: UnsafePointer<CChar>?, _ count: Int) -> String {
        String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }
}
