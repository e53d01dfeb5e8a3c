import Catalog
import Console
import Model
import ServiceRuntime

/// Asks for one connection, question by question; what flags have answered is not asked.
struct InitSession {
    let prompt: Prompt
    /// Takes what is suggested for all that is not given.
    let takesSuggestions: Bool
    let context: SetupContext

    /// - Parameter given: flags, by their fields; a frequency, streams and columns as ``SetupAnswers`` reads one line.
    func connection(_ given: [SetupField: String]) async throws -> SetupReview {
        var answers = SetupAnswers()
        prompt.say(isAsking ? ["An empty answer takes what stands in brackets.", ""] : [])
        try await choose(.source, "Which integration", Source.allCases.map { ($0.rawValue, $0.title) }, given, &answers)
        try await ask(.subdomain, "Site prefix: acme for acme.zendesk.com", given, &answers)
        if isAsking, let host = answers.host { prompt.say(["  -> \(host)"]) }
        try await ask(.name, "Name, which names the schema for ever", given, &answers)
        try await ask(.schema, "Schema of the tables", given, &answers)
        try await ask(.tenant, "Tenant: whose data it is", given, &answers)
        try await ask(.connection, "Id of the connection", given, &answers)
        try await askWayIn(given, &answers)
        try await ask(.startDate, "Start date: records changed before are not read", given, &answers)
        try await askFrequency(given, &answers)
        try await askSelection(given, &answers)
        let review = SetupReview(answers, context)
        if let (field, problem) = review.problems.min(by: { $0.key.rawValue < $1.key.rawValue }) {
            throw InitError.refused(flag: field.flag, problem: problem)
        }
        return review
    }

    private func askWayIn(_ given: [SetupField: String], _ answers: inout SetupAnswers) async throws {
        let source = answers.source(at: context.now) ?? .support
        let ways = SetupWay.offered(for: source)
        let titles = ways.map { way in (way.kind.rawValue, "\(way.title). \(way.note)") }
        try await choose(.way, "How Deskpipe gets in", titles, given, &answers)
        guard let kind = Authentication.Kind(rawValue: answers.value(.way, at: context.now)) else { return }
        let way = SetupWay.way(kind, for: source)
        if way.fields.contains(where: { given[$0] == nil }), isAsking {
            prompt.say(way.steps.enumerated().map { "  \($0.offset + 1). \($0.element)" })
        }
        for field in way.fields {
            let isOptional = way.optional.contains(field)
            let how = field.isSecret ? " (\(field.isHidden ? "not shown; " : "")or env:NAME, or file:PATH)" : ""
            let question = "\(field.title)\(how)\(isOptional ? ", or nothing" : "")"
            try await ask(field, question, given, &answers, isOptional: isOptional)
        }
    }

    private func askFrequency(_ given: [SetupField: String], _ answers: inout SetupAnswers) async throws {
        let question = "How often: 30m, 1h, 6h@02:00 (from that time, UTC), or cron such as 0 0 3 * * ?"
        try await ask(.frequency, question, suggestion: "30m", given, &answers) { text, answers in
            answers.chooseFrequency(text)
        }
        guard isAsking, let schedule = SetupReview(answers, context).schedule else { return }
        let next = ScheduleExplanation(schedule, at: context.now).next
        prompt.say(["  -> next: \(next.map { $0.formatted(.seconds) }.joined(separator: ", "))"])
    }

    private func askSelection(_ given: [SetupField: String], _ answers: inout SetupAnswers) async throws {
        let source = answers.source(at: context.now) ?? .support
        let usual = Catalog.streams(of: source).filter(\.isDefault).count
        try await ask(
            .streams,
            "Streams: names and patterns (tickets, talk_*), or -tags to leave one out",
            suggestion: "the usual \(usual)",
            given,
            &answers
        ) { text, answers throws(SettingProblem) in try answers.chooseStreams(text, of: source) }
        try await ask(
            .columns,
            "Columns to leave out, such as users.phone",
            suggestion: "none",
            given,
            &answers
        ) { text, answers throws(SettingProblem) in try answers.chooseExcludedColumns(text, of: source) }
    }

    // MARK: One question

    private var isAsking: Bool { !takesSuggestions }

    /// A choice by number or by word.
    private func choose(
        _ field: SetupField,
        _ question: String,
        _ choices: [(word: String, title: String)],
        _ given: [SetupField: String],
        _ answers: inout SetupAnswers
    ) async throws {
        if given[field] == nil, !takesSuggestions {
            prompt.say(choices.enumerated().map { "  \($0.offset + 1)  \($0.element.title)" })
        }
        try await ask(field, question, suggestion: "1", given, &answers) { text, answers in
            let place = Int(text) ?? 0
            answers[field] = choices.indices.contains(place - 1) ? choices[place - 1].word : text
        }
    }

    private func ask(
        _ field: SetupField,
        _ question: String,
        _ given: [SetupField: String],
        _ answers: inout SetupAnswers,
        isOptional: Bool = false
    ) async throws {
        let suggestion = answers.suggestion(for: field, at: context.now)
        try await ask(field, question, suggestion: suggestion, given, &answers, isOptional: isOptional) {
            text,
            answers in
            answers[field] = text
        }
    }

    /// Asks until the answer is one, where it can be asked again.
    private func ask(
        _ field: SetupField,
        _ question: String,
        suggestion: String?,
        _ given: [SetupField: String],
        _ answers: inout SetupAnswers,
        isOptional: Bool = false,
        _ take: (String, inout SetupAnswers) throws(SettingProblem) -> Void
    ) async throws {
        let hasAnswer = given[field] != nil || (takesSuggestions && (suggestion != nil || isOptional))
        guard hasAnswer || !takesSuggestions else {
            throw InitError.refused(flag: field.flag, problem: "it is missing")
        }
        while true {
            var text = given[field] ?? ""
            if !hasAnswer {
                let line = try await prompt.ask(question, suggestion: suggestion, isSecret: field.isHidden)
                if line == nil, suggestion == nil, !isOptional {
                    throw InitError.unanswered(question: question, flag: field.flag)
                }
                text = line ?? ""
            }
            guard let problem = problem(of: text, field, &answers, isOptional, take) else { return }
            guard !hasAnswer, prompt.canAskAgain else { throw InitError.refused(flag: field.flag, problem: problem) }
            prompt.say(["  \(prompt.terminal.red(problem))"])
        }
    }

    /// Takes an answer and says what is wrong with it; nil where nothing is.
    private func problem(
        of text: String,
        _ field: SetupField,
        _ answers: inout SetupAnswers,
        _ isOptional: Bool,
        _ take: (String, inout SetupAnswers) throws(SettingProblem) -> Void
    ) -> String? {
        if text.isEmpty, isOptional { return nil }
        do throws(SettingProblem) {
            if !text.isEmpty { try take(text, &answers) }
        } catch {
            return error.message
        }
        let problems = SetupReview(answers, context).problems
        // A frequency is answered in one line.
        let fields: [SetupField] = field == .frequency ? [.frequency, .every, .anchor, .cron] : [field]
        return fields.compactMap { problems[$0] }.first
    }
}

extension SetupField {
    /// The flag of `init` that answers it.
    var flag: String {
        switch self {
        case .frequency, .every, .anchor, .cron: "--schedule"
        case .columns: "--exclude-columns"
        default: "--" + rawValue.replacing("_", with: "-")
        }
    }
}

extension Source {
    /// As its owner calls it.
    var title: String {
        switch self {
        case .support: "Zendesk (Support, Talk, Help Center)"
        case .chat: "Zendesk Chat"
        }
    }
}
