import Model
import Testing

@testable import Console

@Suite("A change of a connection's settings")
struct SettingsChangeTests {
    private static func change(_ edit: (inout ConnectionDefinition) -> Void) throws -> SettingsChange {
        let before = try #require(Answers.review(Answers.least()).definition)
        var after = before
        edit(&after)
        return SettingsChange(from: before, to: after)
    }

    @Test("nothing changed is no difference")
    func nothing() throws {
        let change = try Self.change { _ in }
        #expect(change.isEmpty && change.rereads.isEmpty)
    }

    @Test("an earlier start date asks to read everything again; a later one does not")
    func startDate() throws {
        let earlier = try Self.change { $0.startDate = Timestamp(seconds: 1_700_006_400) }
        #expect(earlier.differences.map(\.setting) == ["Start date"])
        #expect(earlier.differences.first?.before == "2025-11-21" && earlier.differences.first?.after == "2023-11-15")
        #expect(earlier.rereads.map(\.stream) == [nil])
        #expect(earlier.rereads.first?.from == Timestamp(seconds: 1_700_006_400))
        let later = try Self.change { $0.startDate = Timestamp(seconds: 1_790_812_800) }
        #expect(later.rereads.isEmpty && later.differences.first?.effect.contains("stay") == true)
    }

    @Test("streams that come and go are told apart")
    func streams() throws {
        let change = try Self.change { $0.streams = StreamSelection(include: ["tickets", "brands"]) }
        let difference = try #require(change.differences.first)
        #expect(difference.after == "tickets, brands")
        #expect(difference.effect.hasPrefix("brands: read from the next run on, from 2025-11-21"))
        #expect(difference.effect.contains("users") && difference.effect.contains("not read any more"))
        #expect(change.rereads.isEmpty)
    }

    @Test("a column that comes back asks to read its stream again")
    func columns() throws {
        var before = try #require(Answers.review(Answers.least()).definition)
        before.excludedColumns = ["users": ["phone", "notes"]]
        var after = before
        after.excludedColumns = ["users": ["phone", "details"]]
        let change = SettingsChange(from: before, to: after)
        #expect(change.differences.map(\.setting) == ["Columns left out of users"])
        #expect(change.differences.first?.effect.contains("details: cut out") == true)
        #expect(change.rereads.map(\.stream) == ["users"])
        #expect(change.rereads.first?.meaning.contains("notes") == true)
    }

    @Test("a new way in shows where its secrets are, and the sign-in that it needs")
    func way() throws {
        let change = try Self.change { $0.auth = .oauthRefresh(clientID: .environment("A"), clientSecret: .file("/s")) }
        #expect(change.differences.first?.after == "OAuth sign-in (env:A, file:/s)")
        #expect(change.differences.first?.effect.contains("must sign in") == true)
        let kept = try Self.change {
            $0.schedule = Schedule(everySeconds: 21_600, anchor: TimeOfDay(rawValue: "02:00"))
        }
        #expect(kept.differences.first?.after == "every 6 hours, counted from 02:00 UTC")
    }
}
