import Catalog
import Console
import Model

/// The fields of the setup form and of a connection's settings, by name.
enum SetupForm {
    /// What was answered. The ways in have fields of the same name, so each field of theirs begins with its way.
    static func answers(_ form: FormFields, source: Source) -> SetupAnswers {
        var answers = SetupAnswers()
        answers[.source] = source.rawValue
        for field in [SetupField.subdomain, .tenant, .connection, .name, .schema, .way, .startDate, .frequency] {
            answers[field] = form[field.rawValue] ?? ""
        }
        if let kind = form[SetupField.way.rawValue].flatMap(Authentication.Kind.init(rawValue:)) {
            take(SetupWay.way(kind, for: source).fields, under: kind.rawValue, of: form, into: &answers)
        }
        let frequency = form[SetupField.frequency.rawValue] ?? ""
        take([.every, .anchor, .cron], under: frequency, of: form, into: &answers)
        takeSelection(form, into: &answers)
        return answers
    }

    /// What a page may change of a connection: all but who it is.
    static func changes(_ form: FormFields, of definition: ConnectionDefinition) -> SetupAnswers {
        var answers = SetupAnswers(definition)
        answers[.startDate] = form[SetupField.startDate.rawValue] ?? ""
        let frequency = form[SetupField.frequency.rawValue] ?? ""
        answers[.frequency] = frequency
        for field in [SetupField.every, .anchor, .cron] { answers[field] = "" }
        take([.every, .anchor, .cron], under: frequency, of: form, into: &answers)
        takeSelection(form, into: &answers)
        return answers
    }

    /// `interval.every`
    static func name(_ field: SetupField, under group: String) -> String { "\(group).\(field.rawValue)" }

    private static func take(
        _ fields: [SetupField],
        under group: String,
        of form: FormFields,
        into answers: inout SetupAnswers
    ) {
        for field in fields { answers[field] = form[name(field, under: group)] ?? "" }
    }

    private static func takeSelection(_ form: FormFields, into answers: inout SetupAnswers) {
        answers.streams = Set(form.all("stream").map(StreamName.init(rawValue:)))
        answers.excludedColumns = [:]
        for column in form.all("exclude") {
            guard let dot = column.firstIndex(of: ".") else { continue }
            let stream = StreamName(rawValue: String(column[..<dot]))
            answers.excludedColumns[stream, default: []].append(String(column[column.index(after: dot)...]))
        }
    }
}
