package import Model

/// What a run of the loader did, by connection and table.
package struct LoaderSummary: Sendable {
    package private(set) var tables: [Key: TableSummary] = [:]
    /// Connections that are set aside at the end, with the error that they wait on.
    package var setAside: [ConnectionKey: any ExplainedError] = [:]
    /// Streams whose table another hand changed, with what is said of it: nothing of them was loaded since.
    package var leftOut: [Key: any ExplainedError] = [:]
    /// Messages that named no known connection and went to `{ns}.rejected` only.
    package var foreign = 0

    package struct Key: Hashable, Sendable, Comparable {
        package var connection: ConnectionKey
        package var table: String

        package static func < (left: Key, right: Key) -> Bool {
            (left.connection, left.table) < (right.connection, right.table)
        }
    }

    package struct TableSummary: Hashable, Sendable {
        package var events = 0
        package var rowsLoaded = 0
        package var rowsUnchanged = 0
        package var rowsSuperseded = 0
        package var rowsRejected = 0
        /// Of the last batch that had one.
        package var maxBookmark: LoadingReport.MaxBookmark?
        /// Time spent loading its batches.
        package var seconds: Double = 0
    }

    package init() {}

    package mutating func add(_ report: LoadingReport) {
        let key = Key(
            connection: report.key,
            table: report.table
        )
        var table = tables[key] ?? TableSummary()
        table.events += report.events
        table.rowsLoaded += report.rowsLoaded
        table.rowsUnchanged += report.rowsUnchanged
        table.rowsSuperseded += report.rowsSuperseded
        table.rowsRejected += report.rowsRejected
        table.maxBookmark = report.maxBookmark ?? table.maxBookmark
        table.seconds += Double(report.durationMilliseconds) / 1000
        tables[key] = table
    }

    /// Ok, or the code of the first connection's error; partial where only single tables were left out.
    package var exitCode: ExitCode {
        setAside.min { $0.key < $1.key }?.value.exitCode ?? (leftOut.isEmpty ? .ok : .partial)
    }
}

/// What an observer of a running loader is told.
package enum LoaderProgress: Sendable {
    /// The partitions that this loader holds from now on.
    case assigned(partitions: Int)
    /// A batch was loaded; its reports by table.
    case loaded(ConnectionKey, [LoadingReport])
    /// Messages that named no known connection went to `{ns}.rejected`.
    case foreign(Int)
    /// A connection's destination failed; its events wait in the log while others load.
    case setAside(ConnectionKey, message: String)
    /// It answers again.
    case resumed(ConnectionKey)
}
