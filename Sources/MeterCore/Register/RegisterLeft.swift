extension RegisterBook {
    /// What an earlier run left in the folder: the newest file and its last records.
    struct Left {
        /// The newest file that has a record, else the newest; `nil` for none.
        private(set) var file: RegisterYear?
        /// Its last records, the newest last.
        private(set) var records: [RegisterRecord] = []
        /// True when its last line is no record, and none that was cut.
        private(set) var isDamaged = false
        /// The bytes of records that a power cut had left unfinished.
        private(set) var torn = 0

        /// The last record; `nil` for none.
        var last: RegisterRecord? { records.last }

        /// Looks at the files of a folder, the newest first, and cuts off a record that was not finished.
        ///
        /// - Throws: `DiskError` when one cannot be read or written.
        init(mending folder: String) throws(DiskError) {
            for year in RegisterYear.all(in: folder).reversed() {
                var (file, tail) = try RegisterYear.open(year, in: folder)
                var lines = tail.split(separator: RegisterRecord.lineFeed).map { [UInt8]($0) }
                // The text ends behind its last letter: the last line has no line feed here.
                let end = lines.popLast()
                records = lines.compactMap { RegisterRecord($0) }
                if let end {
                    let record = RegisterRecord(end)
                    if let record { records.append(record) }
                    if record == nil, Self.isBeginning(end, after: records.last) {
                        try file.cut(to: file.end - end.count)
                        torn += end.count
                    } else {
                        try file.endLine()
                        isDamaged = record == nil
                    }
                }
                if self.file == nil || !records.isEmpty || isDamaged { self.file = file }
                if !records.isEmpty || isDamaged { return }
            }
        }

        /// True for the beginning of the record that would follow one.
        private static func isBeginning(_ bytes: [UInt8], after last: RegisterRecord?) -> Bool {
            let fields = bytes.split(separator: RegisterRecord.separator, omittingEmptySubsequences: false)
            let limits = [6: 2 * Digest.length, 7: 2 * CheckingKey.signatureLength - 1]
            guard fields.count <= 7, fields[fields.count - 1].count <= limits[fields.count] ?? .max else {
                return false
            }
            guard let last, fields.count > 1 else { return true }
            let number = [UInt8]("\(last.number + 1)".utf8)
            return fields.count > 2 ? fields[1].elementsEqual(number) : number.starts(with: fields[1])
        }
    }
}
