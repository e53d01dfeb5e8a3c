import Catalog
import Model
import Testing

@testable import Console

@Suite("Answers in one line")
struct ChoiceTests {
    @Test(
        "a frequency is an interval, an interval at a time, or cron",
        arguments: [
            ("15m", Schedule(everySeconds: 900)),
            ("6h@02:00", Schedule(everySeconds: 21_600, anchor: TimeOfDay(rawValue: "02:00"))),
            ("@03:30", Schedule(everySeconds: 86_400, anchor: TimeOfDay(rawValue: "03:30"))),
            ("0 0 3 * * ?", Schedule(cron: "0 0 3 * * ?")),
        ]
    )
    func frequency(text: String, schedule: Schedule) {
        #expect(Answers.review(Answers.least { $0.chooseFrequency(text) }).definition?.schedule == schedule)
    }

    @Test("a frequency that is none is refused", arguments: ["6h@25:00", "5h@02:00", "6h@02:00@03:00", "1 2 3", "6 h"])
    func noFrequency(text: String) {
        #expect(Answers.review(Answers.least { $0.chooseFrequency(text) }).definition == nil)
    }

    @Test("streams are names and patterns, or the usual ones less some")
    func streams() throws {
        var answers = SetupAnswers()
        try answers.chooseStreams("tickets, users talk_*", of: .support)
        #expect(answers.streams?.isSuperset(of: ["tickets", "users", "talk_phone_numbers"]) == true)
        #expect(answers.streams?.contains("groups") == false)
        try answers.chooseStreams("-tags,-macros", of: .support)
        let usual = Set(Catalog.streams(of: .support).filter(\.isDefault).map(\.name))
        #expect(answers.streams == usual.subtracting(["tags", "macros"]))
        try answers.chooseStreams("", of: .support)
        #expect(answers.streams == nil)
        #expect(throws: SettingProblem.says("there is no stream `ticketz`; did you mean `tickets`?")) {
            try answers.chooseStreams("ticketz", of: .support)
        }
    }

    @Test("columns are a stream and a path; patterns leave what identifies a record")
    func columns() throws {
        var answers = SetupAnswers()
        try answers.chooseExcludedColumns("users.phone users.photo.*, tickets.via.source", of: .support)
        #expect(answers.excludedColumns["users"]?.first == "phone")
        #expect(answers.excludedColumns["users"]?.dropFirst().allSatisfy { $0.hasPrefix("photo.") } == true)
        #expect(answers.excludedColumns["tickets"] == ["via.source"])
        for text in ["phone", "nobody.phone", "users.id"] {
            #expect(throws: SettingProblem.self) { try answers.chooseExcludedColumns(text, of: .support) }
        }
        try answers.chooseExcludedColumns("", of: .support)
        #expect(answers.excludedColumns.isEmpty)
    }
}
