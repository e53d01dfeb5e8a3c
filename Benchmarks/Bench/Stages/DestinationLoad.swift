import Foundation
import Loader
import Messaging
import Model

/// Loads planned batches, as the loader does it.
enum DestinationLoad {
    static func load(
        _ plans: [BatchPlan],
        into schema: any DestinationSchema,
        _ connection: ConnectionDefinition
    ) async throws {
        for plan in plans {
            _ = try await schema.load(plan.load) { outcome in
                try plan.conclusion(
                    outcome,
                    of: connection,
                    namespace: Workload.namespace,
                    startedAt: outcome.batchedAt,
                    completedAt: outcome.batchedAt
                )
            }
        }
    }

    static func owner(of connection: ConnectionDefinition) -> SchemaOwner {
        SchemaOwner(connection: connection.key, source: connection.source)
    }
}
