import Extractor
import Foundation
import Messaging
import Model
import Testing
import ZendeskSimulator

/// The account's own fields of users and organizations: their types reach the loader by the schema events.
@Suite("Custom fields", .serialized)
struct CustomFieldTests {
    private func withFields(
        _ stream: StreamName,
        definitions: Int? = nil,
        perform body: (inout Rig) async throws -> Void
    ) async throws {
        try await withRig(tickets: 20) { configuration in
            for name in ["user_fields", "organization_fields"] { configuration.lists.sizes[name] = definitions }
        } perform: { rig in
            rig.definition.streams = StreamSelection(include: [stream.rawValue])
            try await body(&rig)
        }
    }

    /// The types of the custom fields' columns in each schema event, by key.
    private func schemas(_ rig: Rig, _ stream: StreamName, _ parent: String) async throws -> [[String: ColumnType]] {
        try await rig.events(stream).filter { $0.envelope.type == .schema }.map { event in
            let schema = try JSONDecoder().decode(StreamSchema.self, from: Data(event.data))
            let own = schema.columns.filter { $0.path.hasPrefix("\(parent).") }
            return Dictionary(uniqueKeysWithValues: own.map { (String($0.path.dropFirst(parent.count + 1)), $0.type) })
        }
    }

    @Test("the definitions give the columns' types, before the first record")
    func types() async throws {
        try await withFields("users") { rig in
            #expect(await rig.run().exitCode == .ok)
            let types = try #require(try await schemas(rig, "users", "user_fields").first)
            #expect(
                types == [
                    "plan": .string, "seats": .integer, "is_vip": .boolean, "score": .number, "signed_at": .dateTime,
                    "about": .string, "manager": .string,
                ]
            )
            #expect(try await rig.events("users").first?.envelope.type == .schema)
            try await rig.expectTruth(["users"])
        }
        try await withFields("organizations") { rig in
            #expect(await rig.run().exitCode == .ok)
            let types = try #require(try await schemas(rig, "organizations", "organization_fields").first)
            #expect(
                types == [
                    "region": .string, "arr": .number, "is_active": .boolean, "renewal": .dateTime, "sites": .integer,
                    "motto": .string, "partner": .string,
                ]
            )
        }
    }

    @Test("definitions are read to their last page, and a type of a time to come is text")
    func unknown() async throws {
        try await withFields("users", definitions: 130) { rig in
            #expect(await rig.run().exitCode == .ok)
            let types = try #require(try await schemas(rig, "users", "user_fields").first)
            #expect(types.count == 130)
            let further = types.filter { $0.key.hasPrefix("further_") }
            #expect(further.count == 123 && further.values.allSatisfy { $0 == .string })
            #expect(rig.simulator.account().paths["/api/v2/user_fields"] == 2)
        }
    }

    @Test("where they may not be read the records come all the same, the log says why, and types follow when they may")
    func refused() async throws {
        try await withFields("users") { rig in
            rig.simulator.close("/api/v2/user_fields", status: 403)
            let first = await rig.run()
            #expect(first.exitCode == .ok && first.report.streams.first?.status == .caughtUp)
            try await rig.expectTruth(["users"])
            #expect(try await schemas(rig, "users", "user_fields") == [[:]])
            let warnings = try await rig.lines().filter { $0.level == .warning && $0.stream == "users" }
            #expect(warnings.count == 1 && warnings.first?.message.contains("custom fields") == true)
            rig.simulator.close("/api/v2/user_fields", status: nil)
            await rig.simulator.change(WorldChange(updated: [.users: 1]))
            rig.clock.leap(by: .seconds(180))
            #expect(await rig.run().exitCode == .ok)
            #expect(try await schemas(rig, "users", "user_fields").last?["seats"] == .integer)
        }
    }

    @Test("a new definition comes with the next new record, before it; without one nothing is asked for")
    func changed() async throws {
        try await withFields("organizations") { rig in
            _ = await rig.run()
            rig.simulator.change(ListChange(added: ["organization_fields": 1]))
            rig.simulator.clearAccount()
            _ = await rig.run()
            #expect(rig.simulator.account().paths["/api/v2/organization_fields"] == nil)
            #expect(try await schemas(rig, "organizations", "organization_fields").count == 1)
            await rig.simulator.change(WorldChange(updated: [.organizations: 1]))
            rig.clock.leap(by: .seconds(180))
            _ = await rig.run()
            let all = try await schemas(rig, "organizations", "organization_fields")
            #expect(all.map(\.count) == [7, 8])
            let events = try await rig.events("organizations")
            let place = try #require(events.lastIndex { $0.envelope.type == .schema })
            #expect(events.count == place + 2 && events.last?.envelope.type == .upsert)
        }
    }
}
