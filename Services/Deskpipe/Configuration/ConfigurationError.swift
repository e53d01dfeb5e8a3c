import Model

/// What can be wrong with the configuration. Each names the key and where it is written.
enum ConfigurationError: ExplainedError, Hashable {
    case noFile(String)
    case unreadableFile(String)
    case notYAML(file: String, reason: String)
    case repeated(path: String, place: String)
    case unknownKey(path: String, place: String, nearest: String?)
    case missing(path: String, place: String, example: String)
    case wrongKind(path: String, place: String, expected: String)
    case invalid(path: String, place: String, problem: String)
    case inlineSecret(path: String, place: String)

    var message: String {
        switch self {
        case .noFile(let file):
            "there is no \(file); `deskpipe init` asks and writes one, `deskpipe run` begins without one; or name it with "
                + "--config"
        case .unreadableFile(let file): "\(file) cannot be read; give this user the right to read it"
        case .notYAML(let file, let reason): "\(file) is not YAML: \(reason)"
        case .repeated(let path, let place): "\(place): `\(path)` stands twice; keep one"
        case .unknownKey(let path, let place, let nearest):
            "\(place): there is no setting `\(path)`\(nearest.map { "; did you mean `\($0)`?" } ?? "")"
        case .missing(let path, let place, let example):
            "\(place): `\(path)` is missing; for example `\(example)`"
        case .wrongKind(let path, let place, let expected): "\(place): `\(path)` must be \(expected)"
        case .invalid(let path, let place, let problem): "\(place): `\(path)`: \(problem)"
        case .inlineSecret(let path, let place):
            "\(place): `\(path)` must be a reference, env:NAME or file:PATH, not the secret itself"
        }
    }

    var exitCode: ExitCode { .configuration }
    var recovery: Recovery { .stop }
}
