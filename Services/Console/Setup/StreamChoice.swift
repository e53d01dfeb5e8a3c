import Catalog
package import Model

/// A stream as it is offered to be read, with its columns.
package struct StreamChoice: Hashable, Sendable {
    package let name: StreamName
    package let isSelected: Bool
    /// One of Stitch's tables.
    package let isUsual: Bool
    /// The plan or product that it needs; nil: all accounts have it.
    package let needs: String?
    /// The stream whose every record takes a request; nil where records come in pages.
    package let requestPerRecordOf: StreamName?
    package let columns: [Column]

    /// A path of a stream's records.
    package struct Column: Hashable, Sendable {
        package let path: String
        package let isSelected: Bool
        /// Identifies or orders the records, and always stays.
        package let isKept: Bool
    }

    /// All of a source's streams, as answers choose among them.
    package static func choices(of source: Source, _ answers: SetupAnswers) -> [StreamChoice] {
        Catalog.streams(of: source).map { stream in
            let excluded = Set(answers.excludedColumns[stream.name] ?? [])
            let declared = DeclaredPaths(stream.schema)
            let paths = declared.paths + excluded.subtracting(declared.paths).sorted()
            var parent: StreamName?
            if case .perRecord(_, let name) = stream.origin { parent = name }
            return StreamChoice(
                name: stream.name,
                isSelected: answers.streams?.contains(stream.name) ?? stream.isDefault,
                isUsual: stream.isDefault,
                needs: stream.gate,
                requestPerRecordOf: parent,
                columns: paths.map {
                    Column(path: $0, isSelected: !excluded.contains($0), isKept: declared.kept.contains($0))
                }
            )
        }
    }
}

extension StreamSelection {
    /// The shortest selection that takes these streams: what is usual, less some, or names.
    init(_ chosen: Set<StreamName>, of source: Source) {
        let all = Catalog.streams(of: source)
        let usual = Set(all.filter(\.isDefault).map(\.name))
        if chosen.isSubset(of: usual) {
            let left = all.map(\.name).filter { usual.contains($0) && !chosen.contains($0) }
            self.init(exclude: left.map(\.rawValue))
        } else {
            self.init(include: all.map(\.name).filter(chosen.contains).map(\.rawValue))
        }
    }
}
