import Extractor
import Foundation
import Messaging
import Model
import Testing
import ZendeskSimulator

@Suite("Children by request, with their parent's key", .serialized)
struct HolidayTests {
    @Test("a schedule's holidays say whose they are, and go with it")
    func holidays() async throws {
        let sizes = { (configuration: inout SimulatorConfiguration) in
            configuration.lists.sizes = ["schedules": 3, "schedule_holidays": 8]
        }
        try await withRig(tickets: 1, configure: sizes) { rig in
            rig.definition.streams = StreamSelection(include: ["schedule_holidays"])
            let outcome = await rig.run()
            #expect(outcome.report.status == .succeeded)
            try await rig.expectTruth(["schedule_holidays"])
            let published = try await rig.published("schedule_holidays")
            #expect(published.count == 8)
            #expect(Set(published.values.compactMap { $0["schedule_id"] as? Int }).count == 3)
            // One for the schedules, one for each.
            #expect(outcome.report.requests == 4)
            let schema = try #require(try await rig.events("schedule_holidays").first)
            #expect(String(decoding: schema.data, as: UTF8.self).contains("schedule_id"))

            let change = rig.simulator.change(ListChange(deleted: ["schedules": 1]))
            let gone = try #require(change.deleted["schedules"]?.first)
            #expect(await rig.run().report.status == .succeeded)
            let events = try await rig.events("schedule_holidays")
            #expect(events.last?.envelope.type == .version)
            let version = try #require(events.last?.envelope.tableVersion)
            let latest = events.filter { $0.envelope.type == .upsert && $0.envelope.tableVersion == version }
            let truth = try await rig.truth("schedule_holidays")
            #expect(Set(latest.compactMap(\.envelope.subject)) == Set(truth.keys))
            #expect(!latest.contains { String(decoding: $0.data, as: UTF8.self).contains("\"schedule_id\":\(gone)") })
        }
    }
}
