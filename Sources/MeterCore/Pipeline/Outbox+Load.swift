extension Outbox {
    /// A load, delivered at one go, part by part; a part goes in pieces when the server wants it so.
    public struct Load: Sendable {
        /// The batches for one destination as one, and the numbers of those that it is made of.
        struct Part {
            var numbers: Set<Int>
            /// The pieces that are left of it, in order.
            var pieces: [Batch]
        }

        /// The fate of the piece that was sent.
        enum Outcome: Equatable {
            /// The server has it.
            case accepted
            /// It goes again, in two parts.
            case divided
            /// The server will never take any line of it.
            case refused(reason: String)
            /// The rest of the load goes again after a pause.
            case postponed(reason: String, retryAfter: Duration?)
            /// Its part stays in the outbox, the others go on.
            case misaddressed(reason: String)
        }

        /// The parts that are left, in the order in which the destinations appear.
        private(set) var parts: [Part]
        /// The numbers of the batches that are done with, since the server has them or will never take them.
        private(set) var done: Set<Int> = []

        /// Makes a load of batches, those for one destination as one part.
        init(_ entries: some Sequence<(number: Int, batch: Batch)>) {
            parts = []
            var places: [Batch.Destination: Int] = [:]
            for (number, batch) in entries {
                if let place = places[batch.destination] {
                    parts[place].numbers.insert(number)
                    parts[place].pieces[0].lines += batch.lines
                    parts[place].pieces[0].points += batch.points
                } else {
                    places[batch.destination] = parts.count
                    parts.append(Part(numbers: [number], pieces: [batch]))
                }
            }
        }

        /// The numbers of the batches that are left.
        var numbers: Set<Int> { parts.reduce(into: []) { $0.formUnion($1.numbers) } }

        /// The next piece to send; `nil` when nothing is left.
        var next: Batch? { parts.first?.pieces.first }

        /// Notes the server's answer to the next piece.
        mutating func note(_ delivery: Delivery) -> Outcome {
            switch delivery {
            case .accepted:
                endPiece()
                return .accepted
            case .rejected(let reason, let refusal): return divide(by: refusal, orRefuse: reason)
            case .split: return divide(by: .some, orRefuse: "the server says that this single line is too large")
            case .postponed(let reason, let retryAfter):
                join()
                return .postponed(reason: reason, retryAfter: retryAfter)
            case .misaddressed(let reason):
                parts.removeFirst()
                return .misaddressed(reason: reason)
            }
        }

        /// Cuts the next piece in two; a single line is refused, with the server's reason, and so are all if it says so.
        private mutating func divide(by refusal: Refusal, orRefuse reason: String) -> Outcome {
            guard refusal != .all, let (first, second) = next?.parts(by: refusal) else {
                endPiece()
                return .refused(reason: reason)
            }
            parts[0].pieces.replaceSubrange(0...0, with: [first, second])
            return .divided
        }

        /// Is done with a piece, and with its batches when it was the last of its part.
        private mutating func endPiece() {
            parts[0].pieces.removeFirst()
            guard parts[0].pieces.isEmpty else { return }
            done.formUnion(parts.removeFirst().numbers)
        }

        /// Makes one piece of what is left of the part: after a pause it is tried as a whole.
        private mutating func join() {
            let pieces = parts[0].pieces
            parts[0].pieces = [pieces.dropFirst().reduce(pieces[0]) { $0.followed(by: $1) }]
        }
    }
}
