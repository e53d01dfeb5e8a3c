import Console
import Model

/// The setup form as it is shown: with what was answered, and what is wrong with it.
struct SetupFormPage {
    struct Field {
        let id: String
        let name: String
        let title: String
        let type: String
        /// Never a secret.
        let value: String
        let hint: String?
        let problem: Said?
        let isRequired: Bool
        let autocomplete: String
        /// Shown to whoever previews: the address, the schema, the next starts.
        let isPreviewed: Bool
    }

    struct Way {
        let value: String
        let title: String
        let note: String
        let ends: String?
        let steps: [String]
        let hasSteps: Bool
        let fields: [Field]
        let isChosen: Bool
    }

    let source: String
    let sourceName: String
    let action: String
    let identity: [Field]
    let ways: [Way]
    let wayProblem: Said?
    let schedule: ScheduleFields
    let startDate: Field
    let selection: SelectionFields
    let preview: SetupPreview
    let hasProblems: Bool
    /// On a cluster nothing is asked that is a secret.
    let takesSecrets: Bool
    /// What stood in the way of what was answered.
    let findings: CheckPage?

    /// - Parameter answered: the schedule that the answers make; nil where they make none.
    init(
        _ answers: SetupAnswers,
        problems: [SetupField: String],
        schedule answered: Schedule?,
        source: Source,
        redirect: String,
        takesSecrets: Bool,
        findings: [CheckFinding]? = nil,
        now: Timestamp
    ) {
        self.findings = findings.map(CheckPage.init)
        self.source = source.rawValue
        sourceName = source.name
        action = "/setup/\(source.rawValue)"
        self.takesSecrets = takesSecrets
        hasProblems = !problems.isEmpty
        let field = { (field: SetupField, hint: String, isRequired: Bool) in
            Field(
                id: field.rawValue,
                name: field.rawValue,
                title: field.title,
                type: "text",
                value: answers[field].isEmpty ? answers.suggestion(for: field, at: now) ?? "" : answers[field],
                hint: hint,
                problem: Said(problems[field]),
                isRequired: isRequired,
                autocomplete: "off",
                isPreviewed: true
            )
        }
        identity = [
            field(.subdomain, "What stands before .zendesk.com: acme for acme.zendesk.com.", true),
            field(.name, "Names the schema that the tables go to; it stays.", true),
            field(
                .tenant,
                "Whose data it is: 1 to 40 of a-z, 0-9 and -. The site prefix where you leave it empty.",
                false
            ),
            field(.connection, "Names this connection among the tenant's: support, chat, …", true),
        ]
        let chosen = answers.value(.way, at: now)
        ways = SetupWay.offered(for: source, redirect: redirect).map {
            Way($0, answers, problems, isChosen: $0.kind.rawValue == chosen, takesSecrets: takesSecrets)
        }
        wayProblem = Said(problems[.way])
        schedule = ScheduleFields(answers, problems, now: now)
        let date = answers.value(.startDate, at: now)
        startDate = Field(
            id: SetupField.startDate.rawValue,
            name: SetupField.startDate.rawValue,
            title: SetupField.startDate.title,
            type: "date",
            value: date,
            hint: "Records older than this are not read. The usual is one year ago.",
            problem: Said(problems[.startDate]),
            isRequired: true,
            autocomplete: "off",
            isPreviewed: false
        )
        selection = SelectionFields(answers, problems, source: source)
        preview = SetupPreview(answers, problems, schedule: answered, now: now)
    }

    func page() -> Page {
        Page(
            template: "setup-form",
            title: findings == nil ? "Set up \(sourceName)" : "Not connected yet",
            section: .setup,
            content: self,
            terminal: "deskpipe init",
            notice: hasProblems
                ? Notice(
                    tone: .bad,
                    text:
                        "Some answers need a change; what is wrong stands beside each. Secrets are not kept: give them again."
                )
                : nil
        )
    }
}

extension SetupFormPage.Way {
    init(
        _ way: SetupWay,
        _ answers: SetupAnswers,
        _ problems: [SetupField: String],
        isChosen: Bool = true,
        takesSecrets: Bool = true
    ) {
        value = way.kind.rawValue
        title = way.title
        note = way.note
        ends = way.ends
        steps = way.steps
        hasSteps = !way.steps.isEmpty
        self.isChosen = isChosen
        let wanted = way.fields.filter { takesSecrets || !$0.isSecret }
        fields = wanted.map { field in
            let name = SetupForm.name(field, under: way.kind.rawValue)
            return SetupFormPage.Field(
                id: name.replacing(".", with: "-"),
                name: name,
                title: field.title + (way.optional.contains(field) ? " (where there is one)" : ""),
                type: field == .email ? "email" : field.isHidden ? "password" : "text",
                value: field.isSecret ? "" : answers[field],
                hint: nil,
                problem: isChosen ? Said(problems[field]) : nil,
                // Only those of the chosen way are needed, which a browser cannot know.
                isRequired: false,
                autocomplete: "off",
                isPreviewed: false
            )
        }
    }
}
