import Foundation
import Messaging
import Model

/// Follows the topics that say how connections stand.
struct StatusBoard {
    private let transport: any Transport
    private let namespace: Namespace
    private var states: StateTail
    private var next: [String: [Int32: Int64]] = [:]
    private var definitions: [ConnectionDefinition] = []
    private var reports: [ConnectionKey: ExtractionReport] = [:]
    private var counts: [ConnectionKey: LoadCounts] = [:]

    init(_ transport: any Transport, _ namespace: Namespace) {
        self.transport = transport
        self.namespace = namespace
        states = StateTail(transport, namespace)
    }

    func statuses(at now: Timestamp) -> [ConnectionStatus] {
        definitions.map { definition in
            ConnectionStatus(
                definition,
                state: states.states[definition.key],
                report: reports[definition.key],
                counts: counts[definition.key] ?? LoadCounts(),
                now: now
            )
        }
    }

    /// Reads on to the end of every topic.
    mutating func readOn() async throws {
        definitions = try await ConnectionRegistry.read(from: transport, namespace).connections
        try await states.readOn()
        for topic in [namespace.extractionReports, namespace.progress] {
            try await read(topic) { (board, report: ExtractionReport) in board.take(report) }
        }
        try await read(namespace.loadingReports) { (board, report: LoadingReport) in
            let key = ConnectionKey(tenant: report.tenant, connection: report.connection)
            board.counts[key, default: LoadCounts()].add(report)
        }
    }

    private mutating func take(_ report: ExtractionReport) {
        let key = ConnectionKey(tenant: report.tenant, connection: report.connection)
        counts[key, default: LoadCounts()].add(report)
        if let former = reports[key] {
            // Runs' names sort by their start; what is final stays.
            let isNewer = report.run.rawValue > former.run.rawValue
            guard isNewer || (report.run == former.run && former.status == .running) else { return }
        }
        reports[key] = report
    }

    /// What does not decode is passed over.
    private mutating func read<Report: Decodable>(
        _ topic: String,
        _ take: (inout StatusBoard, Report) -> Void
    ) async throws {
        try await transport.read(topic, from: next[topic] ?? [:]) { delivery in
            next[topic, default: [:]][delivery.partition] = delivery.offset + 1
            guard let value = delivery.value, let report = try? JSONDecoder().decode(Report.self, from: Data(value))
            else { return }
            take(&self, report)
        }
    }
}
