import Console
import Foundation
import Model
import ServiceRuntime

/// What was answered to `init`, and the files that it becomes.
struct InitResult {
    let file: String
    /// The directory of secrets that were typed.
    let secretPlace: String
    let transport: String
    let destination: String
    private(set) var definitions: [ConnectionDefinition] = []
    private var secretFiles: [SecretFile] = []

    init(file: String, secretPlace: String, transport: String, destination: String) {
        self.file = file
        self.secretPlace = secretPlace
        self.transport = transport
        self.destination = destination
    }

    /// Takes a connection that has been answered without a problem.
    mutating func take(_ review: SetupReview) {
        guard let definition = review.definition else { return }
        definitions.append(definition)
        secretFiles += review.secretFiles
    }

    private var login: ConnectionDefinition? { definitions.first { $0.auth.type == .oauthRefresh } }

    /// The file's text, read once as every command will read it.
    /// - Throws: ``ConfigurationError``
    func checkedText() throws -> String {
        let text = ConfigurationYAML(
            definitions,
            transport: transport,
            destination: destination,
            credentialKey: login == nil ? nil : .file("\(secretPlace)/credentials.key")
        ).text
        _ = try Settings(yaml: text, file: file, environment: [:])
        return text
    }

    /// The secrets first, so that the file never refers to what is not there.
    func write(_ text: String) throws {
        for file in secretFiles { try PrivateFile.replace(file.path, file.secret.value + "\n") }
        do {
            try Data(text.utf8).write(to: URL(filePath: file), options: .atomic)
        } catch {
            throw InitError.notWritten(file: file)
        }
    }

    /// What was done, and what comes next.
    var told: [String] {
        let flag = file == CommonOptions.usualFile ? "" : " -c \(file)"
        var lines = ["Wrote \(file)."]
        if !secretFiles.isEmpty {
            lines.append("Secrets, which only this user can read (keep them out of version control):")
            lines += secretFiles.map { "  \($0.path)" }
        }
        let next = login == nil ? "check\(flag)" : "login\(flag), then deskpipe check\(flag)"
        return lines + ["Next: deskpipe \(next)"]
    }
}
