package import Model

/// A configuration file with its first connection, and a remark to what stands in it.
package struct ConfigurationYAML: Sendable {
    private let connections: [ConnectionDefinition]
    private let transport: String
    private let destination: String
    private let credentialKey: SecretReference?

    /// - Parameter credentialKey: what seals the logins of connections that need one.
    package init(
        _ connections: [ConnectionDefinition],
        transport: String,
        destination: String,
        credentialKey: SecretReference?
    ) {
        self.connections = connections
        self.transport = transport
        self.destination = destination
        self.credentialKey = credentialKey
    }

    package var text: String {
        var lines = [
            "# Made by `deskpipe init`. Every setting: deploy/deskpipe.yaml of the sources, or `deskpipe settings`.",
            "# Every key is also an environment variable: DESKPIPE_ + its path, __ between levels "
                + "(DESKPIPE_BATCH__ROWS=5000).",
            "# Secrets are references: env:NAME or file:PATH.",
            "",
        ]
        var settings = [
            ("transport: \(YAMLText.scalar(transport))", "the log; or kafka://broker-1:9092,broker-2:9092"),
            ("destination: \(YAMLText.scalar(destination))", "or postgresql://user@host/db, or files:./data/out"),
            ("# batch: { rows: 20000, bytes: 16MiB, age: 60s }", "rows appear at the latest after `age`"),
            ("# console: { listen: 127.0.0.1:8080 }", "the pages of `deskpipe run`"),
        ]
        if let credentialKey {
            let setting = "credentials: { key: \(YAMLText.scalar(credentialKey.description)) }"
            settings.append((setting, "seals the logins; `deskpipe login` makes it; keep a copy"))
        }
        let width = settings.map(\.0.count).max() ?? 0
        lines += settings.map { setting, comment in
            "\(setting)\(String(repeating: " ", count: width - setting.count))  # \(comment)"
        }
        lines += ["", "connections:"]
        return lines.joined(separator: "\n") + "\n"
            + connections.map { ConnectionYAML($0, isCommented: true).text }.joined(separator: "\n")
    }
}
