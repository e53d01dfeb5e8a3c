import Foundation
import Messaging
import Model

/// What the stages work on: pages as the simulator sends them, and where they may write.
struct Workload: Sendable {
    let options: BenchOptions
    /// Bodies of the incremental export of tickets, one page after another.
    let pages: [[UInt8]]
    let connection: ConnectionDefinition

    static let namespace: Namespace = {
        guard let namespace = Namespace(rawValue: "bench") else { preconditionFailure("not a name") }
        return namespace
    }()

    init(_ options: BenchOptions) async throws {
        self.options = options
        guard let tenant = TenantID(rawValue: "bench"), let id = ConnectionID(rawValue: "support"),
            let schema = SchemaName(rawValue: "bench"), let subdomain = SitePrefix(rawValue: "bench")
        else { preconditionFailure("not names") }
        connection = ConnectionDefinition(
            tenant: tenant,
            id: id,
            name: "bench",
            schema: schema,
            source: .support,
            subdomain: subdomain,
            auth: .oauthToken(token: SimulatorAccount.tokenReference),
            startDate: Timestamp(seconds: 0)
        )
        pages = try await SimulatorAccount(url: options.simulator).ticketPages(options.pages)
    }

    var bytes: Int { pages.reduce(0) { $0 + $1.count } }

    /// A path that no one used before.
    func path(_ name: String) -> String {
        "\(options.directory)/\(UUID().uuidString.prefix(8))-\(name)"
    }

    /// Removes a file, and what SQLite put beside it.
    func remove(_ path: String) {
        // A file that is not there is as good as one that was removed.
        for suffix in ["", "-wal", "-shm", ".lock"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    }
}
