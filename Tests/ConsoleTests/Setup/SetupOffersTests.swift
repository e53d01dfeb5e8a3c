import Catalog
import Model
import Testing

@testable import Console

@Suite("What setup offers")
struct SetupOffersTests {
    @Test("the next five starts of each kind of schedule")
    func next() {
        func starts(_ schedule: Schedule) -> [String] {
            ScheduleExplanation(schedule, at: Answers.now).next.map { $0.formatted(.seconds) }
        }
        #expect(
            starts(Schedule()) == [
                "2026-11-21T12:00:00Z", "2026-11-21T12:30:00Z", "2026-11-21T13:00:00Z", "2026-11-21T13:30:00Z",
                "2026-11-21T14:00:00Z",
            ]
        )
        let anchored = Schedule(everySeconds: 21_600, anchor: TimeOfDay(rawValue: "02:00"))
        #expect(starts(anchored).prefix(2) == ["2026-11-21T14:00:00Z", "2026-11-21T20:00:00Z"])
        #expect(starts(Schedule(cron: "0 0 3 ? * SUN")).prefix(2) == ["2026-11-22T03:00:00Z", "2026-11-29T03:00:00Z"])
        #expect(starts(Schedule(cron: "0 0 3 1 1 ? 2027,2028")).count == 2)
    }

    @Test("ways in: the OAuth client first, then a sign-in; the API token last, with its end, which Chat has not")
    func ways() {
        let support = SetupWay.offered(for: .support)
        #expect(support.map(\.kind) == [.oauthClientCredentials, .oauthRefresh, .apiToken])
        #expect(support.last?.ends == "2027-04-30" && support.last?.note.contains("2027-04-30") == true)
        #expect(support.allSatisfy { !$0.steps.isEmpty })
        #expect(SetupWay.offered(for: .chat).map(\.kind) == [.oauthClientCredentials, .oauthRefresh])
        #expect(SetupAnswers.chat.suggestion(for: .way, at: Answers.now) == "oauth_client_credentials")
        let console = SetupWay.offered(for: .chat, redirect: "http://127.0.0.1:8080/oauth/callback")
        #expect(console.first?.steps.contains { $0.contains("8080/oauth/callback") } == true)
    }

    @Test("every stream of the source is offered; what identifies a record stays")
    func streams() throws {
        var answers = SetupAnswers()
        answers.excludedColumns = ["users": ["phone", "own_field"]]
        let choices = StreamChoice.choices(of: .support, answers)
        #expect(choices.map(\.name) == Catalog.streams(of: .support).map(\.name))
        #expect(choices.filter(\.isSelected).count == 16 && choices.allSatisfy { $0.isSelected == $0.isUsual })
        let users = try #require(choices.first { $0.name == "users" })
        let columns = Dictionary(users.columns.map { ($0.path, $0) }) { first, _ in first }
        #expect(columns["id"]?.isKept == true && columns["phone"]?.isSelected == false)
        #expect(columns["name"]?.isSelected == true && columns["own_field"]?.isSelected == false)
        #expect(choices.first { $0.name == "ticket_audits" }?.requestPerRecordOf == "tickets")
    }

    @Test(
        "YAML says of a text the same as was meant",
        arguments: [
            ("Stitch Zendesk", "Stitch Zendesk"), ("null", "\"null\""), ("", "\"\""), ("a: b", "\"a: b\""),
            ("a #b", "\"a #b\""), ("- a", "\"- a\""), ("env:X", "env:X"), ("x:", "\"x:\""), ("~", "\"~\""),
            ("Größe \"1\"\n", "\"Größe \\\"1\\\"\\u000a\""), ("[a]", "\"[a]\""), ("*", "\"*\""),
        ]
    )
    func yaml(text: String, expected: String) {
        #expect(YAMLText.scalar(text) == expected)
    }
}

extension SetupAnswers {
    fileprivate static var chat: SetupAnswers {
        var answers = SetupAnswers()
        answers[.source] = "zendesk-chat"
        return answers
    }
}
