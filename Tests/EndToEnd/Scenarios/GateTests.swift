import Catalog
import Foundation
import Model
import Testing
import ZendeskSimulator

@Suite("What an account does not have")
struct GateTests {
    private static let setting = Setting(log: .embedded, store: .sqlite)

    @Test("streams beyond the plan, and of products that are not there, are parked, and all others read")
    func smallAccount() async throws {
        var options = AllStreams.options(tickets: 30, listed: 4, exported: 6)
        let configure = options.configure
        options.configure = { account in
            configure(&account)
            account.lists.plan = .team
            (account.lists.hasTalk, account.lists.hasHelpCenter, account.lists.hasJira) = (false, false, false)
        }
        try await withScene(Self.setting, options) { scene in
            try await scene.runOnce()
            // Ratings are not a matter of the simulated plans.
            let closed = Catalog.streams(of: .support).filter { $0.gate != nil && $0.name != "satisfaction_ratings" }
            try await Self.expect(scene, parked: Set(closed.map { "support.\($0.name)" }))
        }
    }

    @Test("streams that are closed are parked with what to do about it, and read by the next run once they are open")
    func opened() async throws {
        var options = AllStreams.options(tickets: 30, listed: 4, exported: 6)
        let configure = options.configure
        let closed = Catalog.streams.filter { $0.gate != nil }
        let paths = try closed.map { try #require(Self.path(of: $0)) }
        options.configure = { account in
            configure(&account)
            for (index, path) in paths.enumerated() { account.gates[path] = index % 2 == 0 ? 403 : 404 }
        }
        try await withScene(Self.setting, options) { scene in
            try await scene.runOnce()
            let names = closed.map { "\($0.source == .chat ? "chat" : "support").\($0.name)" }
            try await Self.expect(scene, parked: Set(names))
            for path in paths { scene.simulator.close(path, status: nil) }
            try await scene.runOnce()
            try await Self.expect(scene, parked: [])
            try await scene.expectTablesEqualTruth()
        }
    }

    /// The last run of each connection parked these streams, said why and what to do, and read all others.
    private static func expect(_ scene: Scene, parked: Set<String>) async throws {
        var found: Set<String> = []
        for report in newest(try await scene.extractionReports()) {
            #expect(report.status == .succeeded, "\(report.connection)")
            for stream in report.streams {
                guard stream.status == .parked else {
                    #expect(stream.status == .caughtUp, "\(report.connection).\(stream.stream): \(stream.reason ?? "")")
                    continue
                }
                found.insert("\(report.connection).\(stream.stream)")
                #expect(stream.reason?.isEmpty == false && stream.hint?.isEmpty == false, "\(stream.stream)")
            }
        }
        #expect(found.subtracting(parked).sorted() == [], "parked, though open")
        #expect(parked.subtracting(found).sorted() == [], "not parked")
        let rows = ["support": try scene.tables(), "chat": try scene.chatTables()]
        for (connection, truth) in [("support", scene.truth), ("chat", try #require(scene.chat).truth)] {
            for stream in truth.streams {
                let isEmpty = rows[connection]?.count(stream.name) == 0
                #expect(isEmpty == parked.contains("\(connection).\(stream.name)"), "\(connection).\(stream.name)")
            }
        }
    }

    private static func newest(_ reports: [ExtractionReport]) -> [ExtractionReport] {
        Dictionary(grouping: reports, by: \.connection).values.compactMap { $0.max { $0.startedAt < $1.startedAt } }
    }

    private static func path(of definition: StreamDefinition) -> String? {
        switch definition.origin {
        case .request(let request), .perRecord(let request, _):
            "/api/v2/" + request.path.replacing(".json", with: "")
        case .field(_, let parent), .list(_, let parent), .elements(_, let parent):
            Catalog.stream(parent, of: definition.source).flatMap(path)
        }
    }
}
