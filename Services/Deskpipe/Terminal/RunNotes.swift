import Extractor
import Model
import ServiceRuntime

/// What a person must know of a run that did not go well: the stream, why, and what to do.
enum RunNotes {
    static func print(_ outcome: RunOutcome) {
        let key = "\(outcome.report.tenant)/\(outcome.report.connection)"
        if let error = outcome.error {
            return Terminal.note(line(key, error))
        }
        for (stream, error) in outcome.failures.sorted(by: { $0.key < $1.key }) {
            Terminal.note(line("\(key) \(stream)", error))
        }
    }

    private static func line(_ subject: String, _ error: ExtractorError) -> String {
        let hint = error.hint.map { "; \($0)" } ?? ""
        return "deskpipe: \(subject): \(error.message.escapedForLogs)\(hint)"
    }
}
