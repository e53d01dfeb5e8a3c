import Catalog
import Foundation
import Model
import Testing
import ZendeskSimulator

/// Every stream of both sources, from the account to its table.
///
/// Not compared: the system columns' values beyond what ties them together, and in which of its columns a value of an
/// undeclared field is that has changed its type.
@Suite("Every stream")
struct AllStreamsTests {
    @Test(
        "three pages of every list and export arrive, then what changes and goes, then nothing",
        arguments: Setting.on(.embedded) + [.files]
    )
    func manyPages(setting: Setting) async throws {
        try await play(setting, AllStreams.options(tickets: 150, listed: 205, exported: 150))
    }

    /// The mock keeps a few megabytes of a topic only.
    @Test("the same over Kafka, with fewer records", arguments: Setting.on(.kafka).prefix(1))
    func overKafka(setting: Setting) async throws {
        try await play(setting, AllStreams.options(tickets: 60, listed: 12, exported: 150))
    }

    private func play(_ setting: Setting, _ options: SceneOptions) async throws {
        try await withScene(setting, options) { scene in
            try await scene.runOnce()
            try await scene.expectTablesEqualTruth("after the first run")
            try Self.expectEveryTable(scene)
            let deleted = try await AllStreams.changeEverything(scene)
            try await scene.runOnce()
            try await scene.expectTablesEqualTruth("after changes of every kind")
            try Self.expectMarks(scene, deleted)
            let before = (try scene.tables(), try scene.chatTables())
            let reports = try await scene.loadingReports()
            try await scene.runOnce()
            #expect(before.0.differences(from: try scene.tables()).isEmpty)
            #expect(before.1.differences(from: try scene.chatTables()).isEmpty)
            try Self.expectNoRowLoaded(try await scene.loadingReports().new(since: reports))
            let account = scene.simulator.account()
            #expect(account.violations == 0 && account.oversized == 0 && account.tooDeep == 0)
        }
    }

    /// No table is equal because both sides lack it.
    private static func expectEveryTable(_ scene: Scene) throws {
        let tables = try scene.tables()
        for stream in scene.truth.streams { #expect(tables.count(stream.name) > 0, "\(stream.name)") }
        let chatTables = try scene.chatTables()
        for stream in scene.chat?.truth.streams ?? [] { #expect(chatTables.count(stream.name) > 0, "\(stream.name)") }
    }

    /// The rows that are marked as gone are those of the deleted records of lists whose rows are kept.
    private static func expectMarks(_ scene: Scene, _ deleted: [String: [String]]) throws {
        let marked = try scene.tables().marked
        for stream in scene.truth.streams where stream.keepsRows && stream.name != "groups" {
            #expect(marked[stream.name] ?? [] == Set(deleted[stream.name] ?? []), "\(stream.name)")
        }
    }

    /// Tables that are not read again from the bookmark's second or before it, and not replaced as a whole.
    private static func expectNoRowLoaded(_ reports: [LoadingReport]) throws {
        let rereads: Set = ["ticket_metric_events", "satisfaction_ratings", "audit_logs"]
        for report in reports where !rereads.contains(report.table) {
            let source: Source = report.schema.rawValue.hasSuffix("_chat") ? .chat : .support
            let stream = try #require(Catalog.stream(report.stream, of: source))
            guard stream.schema.replication != .full else { continue }
            #expect(report.rowsLoaded == 0, "\(report.table)")
        }
    }
}

/// A scene in which every stream is read.
enum AllStreams {
    /// `"*"` takes none with a request per parent record.
    static let ofSupport = ["*", "ticket_audits", "schedule_holidays"]

    /// - Parameters:
    ///   - listed: How many records each list has at the start.
    ///   - exported: How many records each export of a small table has at the start.
    static func options(tickets: Int, listed: Int, exported: Int) -> SceneOptions {
        var options = SceneOptions(tickets: tickets)
        options.streams = ofSupport
        options.chatStreams = ["*"]
        options.configure = { account in
            // The changes of one second, all events of tickets among them, still fit a page.
            account.largestExportPage = 65
            account.world.sizes[.organizations] = exported
            account.world.sizes[.users] = exported
            account.world.longTickets = 1
            // Those that are given are of the last weeks, which are read again.
            account.world.ratedPercent = 100
            account.world.sizes[.groups] = listed
            for stream in Catalog.streams { account.lists.sizes[listing(stream)] = size(stream, listed, exported) }
        }
        return options
    }

    /// The simulator's name for a stream.
    static func listing(_ stream: StreamDefinition) -> String {
        stream.source == .chat ? "chat/\(stream.name)" : stream.name.rawValue
    }

    /// Changes, deletes and adds records of every stream.
    /// - Returns: The keys of records that were deleted, by stream.
    static func changeEverything(_ scene: Scene, seed: UInt64? = nil) async throws -> [String: [String]] {
        var comments = WorldChange(seed: seed)
        (comments.redacted, comments.madePrivate, comments.rated) = (3, 2, 2)
        try await scene.change(comments)
        // Later, as the last second of the tickets' events is read again: a redaction in it has its audits read again.
        try await scene.change(
            WorldChange(
                updated: [.tickets: 40, .users: 12, .organizations: 9, .groups: 3],
                deleted: [.tickets: 4, .users: 2, .organizations: 1, .groups: 1],
                added: [.tickets: 6, .users: 3, .organizations: 2, .groups: 1],
                seed: seed
            )
        )
        // A column keeps the type of a definition that is gone; the oracle knows only those that there are.
        let definitions: Set<StreamName> = ["user_fields", "organization_fields"]
        var lists = ListChange(seed: seed)
        for stream in Catalog.streams where size(stream, 3, 3) > 1 {
            // What an export or a log no longer has stays in its table; only those that say so are asked to forget.
            let isExport = stream.schema.replication == .incremental
            let isDeleted = (!isExport || stream.name == "chats") && !definitions.contains(stream.name)
            if isDeleted { lists.deleted[listing(stream)] = 2 }
            if stream.name != "audit_logs" { lists.updated[listing(stream)] = 3 }
            lists.added[listing(stream)] = 2
        }
        return scene.change(lists).deleted
    }

    /// Accounts have one account, and a request each for the schedules' holidays.
    private static func size(_ stream: StreamDefinition, _ listed: Int, _ exported: Int) -> Int {
        switch stream.name {
        case "account", "routing_settings": 1
        case "schedules": min(listed, 3)
        default:
            switch stream.origin {
            case .request(let request) where request.pageSize > 100: exported
            default: listed
            }
        }
    }
}
