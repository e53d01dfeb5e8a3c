import Console
import Hummingbird
import Model

/// What an operator tells a connection.
struct CommandRoutes {
    let facts: Facts
    let desk: ConsoleDesk
    let setup: SetupMode
    let notices: Notices
    let renderer: Renderer

    func add(to router: Router<ConsoleContext>) {
        router.post("/c/:tenant/:connection/commands") { _, context in
            try context.requireOperator()
            let key = try context.connection()
            let definition = try facts.definition(key)
            guard let kind = context.form["command"].flatMap(Command.Kind.init(rawValue:)) else {
                throw Refusal.notFound
            }
            if kind == .check, case .machine(let machine) = setup {
                let lines = try await machine.check(definition)
                return renderer.response(CheckPage(lines).page(definition), session: context.session)
            }
            if kind == .reset {
                try await reset(definition, context.form)
            } else {
                try await desk.ask(kind, of: key)
            }
            return notices.redirect(to: key.path, kind.askedNotice, context)
        }
    }

    private func reset(_ definition: ConnectionDefinition, _ form: FormFields) async throws {
        guard form["sure"] == "yes" else {
            throw Refusal.impossible("Go back and say that you want it to be read again: reading all takes its time.")
        }
        let stream = form["stream"].map(StreamName.init(rawValue:))
        if let stream {
            let known = try facts.connection(definition.key).streams.map(\.stream)
            guard known.contains(stream) else {
                throw Refusal.impossible("Go back and choose one of the connection's streams.")
            }
        }
        let from = try form["from"].map { text throws(Refusal) -> Timestamp in
            guard let day = Day(text) else { throw .impossible("Go back and write the day as 2026-01-31.") }
            return day.start
        }
        try await desk.ask(.reset, of: definition.key, stream: stream, from: from)
    }
}

extension Command.Kind {
    /// What is said after it was asked for.
    fileprivate var askedNotice: Notice {
        let text =
            switch self {
            case .run: "A run was asked for. It begins as soon as the extractor takes it up."
            case .pause: "A pause was asked for: no more scheduled runs until you resume."
            case .resume: "It was asked to run on its schedule again."
            case .stop: "The run was asked to end at its next page; what is extracted still loads."
            case .reset: "It was asked to be read again with its next run."
            case .check: "A check was asked for. The extractor answers in a while; what it finds appears here."
            }
        return Notice(tone: .good, text: text, isPassing: true)
    }
}
