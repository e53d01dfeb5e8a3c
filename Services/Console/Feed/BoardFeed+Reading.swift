import Foundation
import Messaging
package import Model

/// What is too much to be held: read from its topic when somebody asks.
extension BoardFeed {
    /// Where the reading of a run's log goes on.
    package struct LogPlace: Hashable, Sendable {
        let offset: Int64
    }

    /// The newest lines that are given at once.
    package static let mostLines = 20_000

    /// The lines of a run's log, in their order.
    /// - Parameter place: from an earlier call: only what came since; nil: all, of which the newest ``mostLines``.
    package func logLines(
        of run: RunID,
        _ key: ConnectionKey,
        after place: LogPlace? = nil
    ) async throws -> (lines: [LogLine], place: LogPlace) {
        var lines: [LogLine] = []
        var offset = place?.offset ?? 0
        try await read(namespace.extractionLogs, of: key, from: offset) { delivery in
            offset = delivery.offset + 1
            guard delivery.keyText == key.description, let value = delivery.value,
                let line = try? JSONDecoder().decode(LogLine.self, from: Data(value)), line.run == run
            else { return }
            lines.append(line)
            if lines.count > 2 * Self.mostLines { lines.removeFirst(Self.mostLines) }
        }
        return (lines.suffix(Self.mostLines), LogPlace(offset: offset))
    }

    /// A run's whole report; nil where there is none any more.
    package func report(of run: RunID, _ key: ConnectionKey) async throws -> ExtractionReport? {
        if let newest = snapshot.board.report(of: key), newest.run == run { return newest }
        var found: ExtractionReport?
        try await read(namespace.extractionReports, of: key) { delivery in
            if case .extraction(let report)? = BoardFact(delivery, in: namespace), report.run == run { found = report }
        }
        return found
    }

    /// What a rejected record held, as its message has it: cut at 1 MiB. Nil where the message is gone, or is not of this
    /// connection. It may hold personal data.
    package func rejectedRecord(at place: RejectedPlace, of key: ConnectionKey) async throws -> String? {
        let reader = try await transport.reader(
            of: namespace.rejected,
            partitions: [place.partition],
            from: [place.partition: place.offset]
        )
        do {
            let delivery = try await reader.next(atMost: 1)?.first
            await reader.close()
            guard let delivery, delivery.offset == place.offset, let value = delivery.value,
                let body = try? JSONDecoder().decode(RejectedBody.self, from: Data(value)),
                body.tenant == key.tenant, body.connection == key.connection
            else { return nil }
            return body.record
        } catch {
            await reader.close()
            throw error
        }
    }

    /// Reads the partition of a connection's tenant to its end.
    private func read(
        _ topic: String,
        of key: ConnectionKey,
        from offset: Int64 = 0,
        _ take: (Delivery) throws -> Void
    ) async throws {
        let partition = Partitioner.partition(of: key.tenant, partitions: transport.partitions)
        try await transport.read(topic, partitions: [partition], from: [partition: offset], take)
    }
}
