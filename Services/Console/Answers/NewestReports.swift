package import Messaging
package import Model

/// The newest reports of the topics as they are: what `deskpipe reports` and the API give.
package struct NewestReports: Sendable {
    package static let usualLimit = 50

    private let transport: any Transport
    private let namespace: Namespace
    private let filter: ConnectionFilter
    private let limit: Int

    /// - Parameter limit: at most so many.
    package init(
        _ transport: any Transport,
        _ namespace: Namespace,
        of filter: ConnectionFilter = ConnectionFilter(),
        limit: Int = usualLimit
    ) {
        self.transport = transport
        self.namespace = namespace
        self.filter = filter
        self.limit = limit
    }

    /// Loads, oldest first; an id once.
    /// - Parameter table: nil: every table's.
    package func loads(table: String? = nil) async throws -> [LoadingReport] {
        var seen: Set<String> = []
        return try await newest(namespace.loadingReports, \.loadingReport) { report in
            filter.allows(report.key) && (table ?? report.table) == report.table && seen.insert(report.id).inserted
        }
    }

    /// Runs, oldest first.
    package func runs() async throws -> [ExtractionReport] {
        try await newest(namespace.extractionReports, { $0.decoded() }, { filter.allows($0.key) })
    }

    /// What does not decode is passed over.
    private func newest<Report>(
        _ topic: String,
        _ decoded: (Delivery) -> Report?,
        _ isWanted: (Report) -> Bool
    ) async throws -> [Report] {
        var found: [(time: Timestamp, report: Report)] = []
        try await transport.read(topic, partitions: transport.partitions(of: filter)) { delivery in
            guard let report = decoded(delivery), isWanted(report) else { return }
            found.append((delivery.timestamp, report))
            if found.count > 4 * limit { found = Array(found.sorted { $0.time < $1.time }.suffix(limit)) }
        }
        return found.sorted { $0.time < $1.time }.suffix(limit).map(\.report)
    }
}
