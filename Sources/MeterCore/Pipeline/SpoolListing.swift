/// The contents of a spool's folder, for a person to look at: nothing is changed, and the owner may be at work.
public struct SpoolListing {
    /// The files with batches, oldest first; one that cannot be read has none.
    public let files: [File]
    /// The files with damage that was set aside, and their bytes.
    public let setAside: [(path: String, size: Int)]

    /// A file with batches.
    public struct File {
        /// Its path, for messages.
        public let path: String
        /// Its bytes; 0 when it cannot be read.
        public let size: Int
        private let segment: SpoolSegment?

        fileprivate init(_ path: String) {
            self.path = path
            segment = try? SpoolSegment(reading: path)
            size = segment?.size ?? 0
        }

        /// Batches that wait in it.
        public var batchCount: Int { segment?.records.count ?? 0 }
        /// Points in them.
        public var points: Int { segment?.records.reduce(0) { $0 + $1.points } ?? 0 }

        /// The batches; read one after the other, so that memory stays small.
        public var batches: some Sequence<Batch> {
            (segment?.records ?? []).lazy.compactMap { record in
                (try? segment?.read([record]))?.first?.batch
            }
        }
    }

    /// Looks into a folder; one that is not there holds nothing.
    public init(_ directory: String) {
        let folder = SpoolFolder(directory)
        files = ((try? folder.segments()) ?? []).map { File($0.path) }
        setAside = (try? folder.setAside()) ?? []
    }

    /// Batches in all files.
    public var batchCount: Int { files.reduce(0) { $0 + $1.batchCount } }
    /// Points in all files.
    public var points: Int { files.reduce(0) { $0 + $1.points } }
    /// Bytes of all files, without damage that was set aside.
    public var bytes: Int { files.reduce(0) { $0 + $1.size } }
}
