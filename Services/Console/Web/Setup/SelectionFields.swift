import Console
import Model

/// The fields that say which streams and columns are read.
struct SelectionFields {
    struct Stream {
        let name: String
        let isSelected: Bool
        let note: String?
        let columns: [Column]
        let hasColumns: Bool
        let left: String?
    }

    struct Column {
        let path: String
        let value: String
        let isLeft: Bool
    }

    let usual: [Stream]
    let others: [Stream]
    let problem: Said?
    let columnProblem: Said?

    init(_ answers: SetupAnswers, _ problems: [SetupField: String], source: Source) {
        let choices = StreamChoice.choices(of: source, answers)
        usual = choices.filter(\.isUsual).map(Stream.init)
        others = choices.filter { !$0.isUsual }.map(Stream.init)
        problem = Said(problems[.streams])
        columnProblem = Said(problems[.columns])
    }
}

extension SelectionFields.Stream {
    fileprivate init(_ choice: StreamChoice) {
        name = choice.name.rawValue
        isSelected = choice.isSelected
        let notes = [
            choice.needs.map { "needs \($0)" }, choice.requestPerRecordOf.map { "a request for each of \($0)" },
        ].compactMap(\.self)
        note = notes.isEmpty ? nil : notes.joined(separator: "; ")
        columns = choice.columns.filter { !$0.isKept }.map {
            SelectionFields.Column(path: $0.path, value: "\(choice.name).\($0.path)", isLeft: !$0.isSelected)
        }
        hasColumns = !columns.isEmpty
        let count = columns.count { $0.isLeft }
        left = count == 0 ? nil : "\(count) left out"
    }
}
