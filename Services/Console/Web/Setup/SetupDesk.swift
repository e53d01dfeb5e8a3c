import Console
import Foundation
import Messaging
import Model
import ServiceRuntime

/// Makes and changes connections whose master is the console.
struct SetupDesk: Sendable {
    let facts: Facts
    let desk: ConsoleDesk
    let mode: SetupMode

    var place: SecretPlace {
        switch mode {
        case .machine(let machine): .directory(machine.secrets)
        case .cluster(let secrets): .mounted(secrets)
        }
    }

    /// What answers make.
    /// - Parameter present: the connection that is changed; nil: a new one is made.
    func review(_ answers: SetupAnswers, present: ConnectionDefinition? = nil) throws(Refusal) -> SetupReview {
        let others = try facts.snapshot().board.connections.filter { $0.key != present?.key }
        var context = SetupContext(now: facts.now(), secrets: place, others: others, present: present)
        if case .machine(let machine) = mode { context.endpoint = machine.endpoint }
        return SetupReview(answers, context)
    }

    /// Fields with a reference where a secret belongs. Here a secret is given itself: a reference could name any file or
    /// variable of this machine, whose content would be sent along.
    func references(in answers: SetupAnswers) -> [SetupField: String] {
        guard place.takesSecrets else { return [:] }
        let fields = SetupField.allCases.filter { $0.isSecret && !answers[$0].isEmpty }
        return Dictionary(uniqueKeysWithValues: fields.map { ($0, "give the secret itself; it is kept in a file") })
    }

    /// Makes this the connection's definition, and what the next page shows.
    /// - Throws: `MessagingError`, `CancellationError`.
    func publish(_ definition: ConnectionDefinition) async throws {
        try await desk.publish(definition)
        try await facts.untilTold(definition)
    }

    /// Writes the secrets of a connection, for this user alone.
    /// - Throws: `PrivateFileError`
    func keep(_ files: [SecretFile]) throws {
        for file in files { try PrivateFile.replace(file.path, file.secret.value + "\n") }
    }

    /// Tries a connection with new secrets, and makes it the connection's definition where nothing stands in the way.
    /// Else all is as it was, the former secrets too.
    /// - Returns: what was found.
    func connect(_ definition: ConnectionDefinition, _ files: [SecretFile] = []) async throws -> [CheckFinding] {
        guard case .machine(let machine) = mode else { return [] }
        let former = files.map { (path: $0.path, text: try? String(contentsOfFile: $0.path, encoding: .utf8)) }
        do {
            try keep(files)
            let findings = try await machine.check(definition)
            if findings.contains(where: { $0.grade == .problem }) {
                try restore(former)
            } else {
                try await publish(definition)
            }
            return findings
        } catch {
            try restore(former)
            throw error
        }
    }

    /// Takes the secrets away of a connection that was not made in the end; those of one that was there stay.
    func dropUnused(_ files: [SecretFile], of key: ConnectionKey, after findings: [CheckFinding]) {
        guard findings.contains(where: { $0.grade == .problem }),
            !facts.feed.snapshot.board.connections.contains(where: { $0.key == key })
        else { return }
        // What is gone already need not go again.
        for file in files { try? FileManager.default.removeItem(atPath: file.path) }
    }

    private func restore(_ former: [(path: String, text: String?)]) throws {
        for (path, text) in former {
            if let text {
                try PrivateFile.replace(path, text)
            } else if FileManager.default.fileExists(atPath: path) {
                try FileManager.default.removeItem(atPath: path)
            }
        }
    }

    /// Deletes a connection, and the secrets that are kept for it here; its tables stay.
    /// - Throws: ``Refusal/impossible(_:)`` for one of the file; `MessagingError`.
    func delete(_ definition: ConnectionDefinition) async throws {
        var deleted = try Self.own(definition)
        deleted.deletedAt = facts.now()
        try await publish(deleted)
        guard place.takesSecrets else { return }
        for field in SetupField.allCases where field.isSecret {
            let path = place.path(of: field, definition.key)
            guard definition.auth.reference(field) == .file(path) else { continue }
            // What is gone already need not go again.
            try? FileManager.default.removeItem(atPath: path)
        }
    }

    /// The definition, where it may be changed here.
    /// - Throws: ``Refusal/impossible(_:)`` for one of the file.
    static func own(_ definition: ConnectionDefinition) throws(Refusal) -> ConnectionDefinition {
        guard definition.origin == .console else {
            throw .impossible("This connection is in the configuration file. Change it there, and apply it.")
        }
        return definition
    }
}
