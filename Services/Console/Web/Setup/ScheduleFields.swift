import Console
import Model

/// The fields that say when a connection is read.
struct ScheduleFields {
    struct Choice {
        let value: String
        let isChosen: Bool
    }

    let isInterval: Bool
    let isAnchor: Bool
    let isCron: Bool
    let intervals: [Choice]
    let anchored: [Choice]
    let anchor: String
    let cron: String
    let problem: Said?

    init(_ answers: SetupAnswers, _ problems: [SetupField: String], now: Timestamp) {
        let frequency = SetupFrequency(rawValue: answers.value(.frequency, at: now)) ?? .interval
        isInterval = frequency == .interval
        isAnchor = frequency == .anchor
        isCron = frequency == .cron
        let every = answers[.every]
        intervals = Self.choices(SetupFrequency.usualIntervals, isInterval && !every.isEmpty ? every : "30m")
        anchored = Self.choices(
            SetupFrequency.usualIntervals.filter { $0 != "30m" },
            isAnchor && !every.isEmpty ? every : "24h"
        )
        anchor = answers[.anchor].isEmpty ? "02:00" : answers[.anchor]
        cron = answers[.cron]
        problem = Said(problems[.frequency] ?? problems[.every] ?? problems[.anchor] ?? problems[.cron])
    }

    private static func choices(_ usual: [String], _ chosen: String) -> [Choice] {
        (usual.contains(chosen) ? usual : usual + [chosen]).map { Choice(value: $0, isChosen: $0 == chosen) }
    }
}
