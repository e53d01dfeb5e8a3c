import Foundation
package import Messaging
package import Model

/// A batch ready to load, and what is needed to account for it.
package struct BatchPlan: Sendable {
    package var load: LoadBatch
    /// By root table, in order of first event.
    package var accounts: [TableAccount]
    /// The schema after the load.
    package var catalog: SchemaCatalog
    /// The newest schema of each stream after the load.
    package var declarations: [StreamName: StreamDeclaration]
    /// The places, in the batch's events, of the records whose rows are in ``load``.
    package var loadedEvents: [Int]

    /// The reports and the messages for topics that go with an outcome.
    /// - Throws: ``LoaderError/imbalance(table:events:accounted:)``.
    package func conclusion(
        _ outcome: LoadOutcome,
        of definition: ConnectionDefinition,
        namespace: Namespace,
        startedAt: Timestamp,
        completedAt: Timestamp
    ) throws -> Conclusion {
        let reports = try accounts.map { account in
            try account.report(
                outcome.tables[account.table] ?? TableOutcome(),
                of: definition,
                startedAt: startedAt,
                completedAt: completedAt
            )
        }
        var outbox = try reports.map { try $0.outboxMessage(in: namespace) }
        for row in load.rejected {
            let message = RejectedMessage(row, of: definition.key)
            outbox.append(
                OutboxMessage(
                    id: message.id,
                    topic: namespace.rejected,
                    key: MessageKey.table(definition.key, row.table),
                    body: try WireJSON.text(of: message)
                )
            )
        }
        return Conclusion(reports: reports, outbox: outbox)
    }
}

extension LoadingReport {
    package func outboxMessage(in namespace: Namespace) throws -> OutboxMessage {
        OutboxMessage(
            id: id,
            topic: namespace.loadingReports,
            key: MessageKey.table(ConnectionKey(tenant: tenant, connection: connection), table),
            body: try WireJSON.text(of: self)
        )
    }
}
