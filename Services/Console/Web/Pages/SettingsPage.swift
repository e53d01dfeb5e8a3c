import Console
import Model

/// A connection's settings: to be changed here, or as the file has them.
struct SettingsPage {
    struct Fact {
        let name: String
        let value: Said
    }

    let action: String
    let deleteAction: String
    let credentialsAction: String
    let facts: [Fact]
    let schedule: ScheduleFields
    let startDate: String
    let startDateProblem: Said?
    let selection: SelectionFields
    let way: SetupFormPage.Way?
    let wayTitle: String
    let isSignIn: Bool
    let takesSecrets: Bool
    let yaml: String
    /// The file and line where a connection of the file is changed.
    let place: String?

    private let key: ConnectionKey
    private let name: String
    private let isOwn: Bool
    private let hasProblems: Bool

    init(
        _ definition: ConnectionDefinition,
        _ answers: SetupAnswers,
        problems: [SetupField: String],
        redirect: String,
        takesSecrets: Bool,
        place: String?,
        now: Timestamp
    ) {
        key = definition.key
        name = definition.name.escapedForPeople
        isOwn = definition.origin == .console
        hasProblems = !problems.isEmpty
        self.place = place
        self.takesSecrets = takesSecrets
        action = "\(key.path)/settings"
        deleteAction = "\(key.path)/delete"
        credentialsAction = "\(key.path)/credentials"
        let fixed = [
            Fact(name: "Name", value: Said(name)), Fact(name: "Schema", value: Said(definition.schema.rawValue)),
            Fact(name: "Integration", value: Said(definition.source.name)),
            Fact(name: "Site", value: Said("https://\(definition.subdomain.host)")),
        ]
        let others = [
            Fact(name: "Runs", value: Said(ScheduleExplanation.words(definition.schedule))),
            Fact(name: "Start date", value: Said(Day(of: definition.startDate).description)),
        ]
        facts = isOwn ? fixed : fixed + others
        schedule = ScheduleFields(answers, problems, now: now)
        startDate = answers.value(.startDate, at: now)
        startDateProblem = Said(problems[.startDate])
        selection = SelectionFields(answers, problems, source: definition.source)
        let way = SetupWay.way(definition.auth.type, for: definition.source, redirect: redirect)
        wayTitle = way.title
        isSignIn = definition.auth.type == .oauthRefresh
        self.way = takesSecrets ? SetupFormPage.Way(way, answers, problems) : nil
        yaml = "connections:\n" + ConnectionYAML(definition, isCommented: false).text
    }

    /// - Parameter notice: what became of the last change.
    func page(notice: Notice? = nil) -> Page {
        let problem = Notice(tone: .bad, text: "Nothing was saved: what is wrong stands beside each field.")
        return Page(
            template: isOwn ? "settings" : "settings-file",
            title: name,
            connection: ConnectionFrame(key: key, name: name, tab: .settings),
            content: self,
            terminal: isOwn ? "deskpipe streams \(key.flags)" : "deskpipe apply",
            json: "/api/v1/connections/\(key)/definition",
            notice: hasProblems ? problem : notice
        )
    }
}

/// The difference that a change makes, before it is saved.
struct SettingsChangePage {
    struct Difference {
        let setting: String
        let before: Said
        let after: Said
        let effect: String
    }

    struct Reread {
        let value: String
        let meaning: String
    }

    struct Field {
        let name: String
        let value: String
    }

    let action: String
    let differences: [Difference]
    let hasDifferences: Bool
    let rereads: [Reread]
    let hasRereads: Bool
    /// The form again, to be sent when it is saved.
    let fields: [Field]

    private let key: ConnectionKey
    private let name: String

    init(_ change: SettingsChange, _ definition: ConnectionDefinition, form: FormFields) {
        key = definition.key
        name = definition.name.escapedForPeople
        action = "\(key.path)/settings"
        differences = change.differences.map {
            Difference(
                setting: $0.setting,
                before: Said($0.before),
                after: Said($0.after),
                effect: $0.effect
            )
        }
        hasDifferences = !differences.isEmpty
        rereads = change.rereads.map { Reread(value: $0.stream?.rawValue ?? "*", meaning: $0.meaning) }
        hasRereads = !rereads.isEmpty
        let names = [
            "start_date", "frequency", "interval.every", "anchor.every", "anchor.anchor", "cron.cron", "stream",
            "exclude",
        ]
        fields = names.flatMap { name in form.all(name).map { Field(name: name, value: $0) } }
    }

    func page() -> Page {
        Page(
            template: "settings-change",
            title: name,
            connection: ConnectionFrame(key: key, name: name, tab: .settings),
            content: self,
            json: "/api/v1/connections/\(key)/definition"
        )
    }
}
