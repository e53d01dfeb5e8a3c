import Model

/// What a check found, ending in `Success!` or in what to do.
struct CheckPage {
    struct Line {
        let badge: Badge
        let check: String
        let subject: String
        let verdict: Said
        let hint: Said?
    }

    let lines: [Line]
    let isGood: Bool

    init(_ lines: [CheckFinding]) {
        self.lines = lines.map {
            Line(
                badge: $0.grade.badge,
                check: Words.label($0.check),
                subject: $0.subject.escapedForPeople,
                verdict: Said($0.verdict),
                hint: $0.grade == .ok ? nil : Said($0.hint)
            )
        }
        isGood = !lines.contains { $0.grade == .problem }
    }

    func page(_ definition: ConnectionDefinition) -> Page {
        let name = definition.name.escapedForPeople
        return Page(
            template: "check",
            title: name,
            connection: ConnectionFrame(key: definition.key, name: name, tab: .summary),
            content: self,
            terminal: "deskpipe check \(definition.key.flags)",
            json: "/api/v1/connections/\(definition.key)/definition"
        )
    }
}

extension CheckFinding.Grade {
    var badge: Badge {
        switch self {
        case .ok: Badge("OK", .good)
        case .warning: Badge("Warning", .warning)
        case .problem: Badge("Problem", .bad)
        }
    }
}
