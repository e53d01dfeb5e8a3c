import Logging
import Messaging
import Model

extension CommonOptions {
    /// The selected connections of the configuration; where it has none of them, those that were applied, or made in the
    /// console.
    /// - Throws: ``NoConnection`` where there is none at all; `MessagingError`.
    func definitions(_ settings: Settings, _ logger: Logger) async throws -> [ConnectionDefinition] {
        let written = settings.connections.map(\.definition)
        guard written.isEmpty else { return written }
        guard try TransportOpening.hasLog(settings) else { throw NoConnection(file: config) }
        let transport = try TransportOpening.openForReading(settings, logger: logger)
        let registry = try await transport.whileOpen {
            try await ConnectionRegistry.read(from: transport, settings.namespace)
        }
        let known = registry.connections.filter { selects($0.key) }
        guard !known.isEmpty else { throw NoConnection(file: config) }
        return known
    }
}

extension Settings {
    /// With the key that seals the logins of connections which are made in the console, where none is set.
    func withKey(of definitions: [ConnectionDefinition]) -> Settings {
        guard definitions.contains(where: { $0.origin == .console }) else { return self }
        var settings = self
        settings.credentialKey = ConsoleOpening.credentialKey(self)
        return settings
    }
}
