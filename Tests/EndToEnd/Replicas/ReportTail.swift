import Foundation
import Messaging
import Model

/// Follows the extraction reports of a namespace, without a process for each look.
actor ReportTail {
    private let transport: any Transport
    private let topic: String
    private var next: [Int32: Int64] = [:]
    private var reports: [String: [ExtractionReport]] = [:]

    init(_ transport: any Transport, _ namespace: Namespace) {
        self.transport = transport
        topic = namespace.extractionReports
    }

    /// Reads on to the end.
    /// - Returns: all reports by tenant, in the order of the runs' beginning.
    func read() async throws -> [String: [ExtractionReport]] {
        let reader = try await transport.reader(of: topic, partitions: nil, from: next)
        var met: Set<String> = []
        while let deliveries = try await reader.next(atMost: 1000) {
            for delivery in deliveries {
                next[delivery.partition] = delivery.offset + 1
                let report = try JSONDecoder().decode(ExtractionReport.self, from: Data(delivery.value ?? []))
                reports[report.tenant.rawValue, default: []].append(report)
                met.insert(report.tenant.rawValue)
            }
        }
        await reader.close()
        for tenant in met { reports[tenant]?.sort { $0.startedAt < $1.startedAt } }
        return reports
    }
}
