import Foundation
import Messaging
import Model
import Work

/// What the stages work on: pages as the simulator sends them, and where they may write.
struct Workload: Sendable {
    let options: BenchOptions
    /// Bodies of the incremental export of tickets, one page after another.
    let pages: [[UInt8]]
    let connection = BenchAccount.connection

    static let namespace = BenchAccount.namespace

    init(_ options: BenchOptions) async throws {
        self.options = options
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
