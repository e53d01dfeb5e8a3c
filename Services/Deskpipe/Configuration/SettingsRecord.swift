/// Which settings the configuration's reader asks for: the settings that exist.
final class SettingsRecord {
    /// A setting as it is written in a file and as a variable of the environment.
    struct Setting: Hashable, Codable {
        /// `batch.rows`, `destinations.NAME.url`, `connections[].tenant`
        var path: String
        /// `DESKPIPE_BATCH__ROWS`; a list's place is a number.
        var environment: String
        /// In words that follow "must be".
        var expected: String
    }

    private var expected: [String: String] = [:]

    func add(_ path: String, expected text: String? = nil) {
        let path = Self.withoutPlaces(path)
        if let text {
            expected[path] = text
        } else if expected[path] == nil {
            expected[path] = "a text"
        }
    }

    /// `connections[2].tenant` is `connections[].tenant`.
    private static func withoutPlaces(_ path: String) -> String {
        path.split(separator: "[", omittingEmptySubsequences: false).enumerated()
            .map { $0 == 0 ? String($1) : "[" + $1.drop { $0.isNumber } }
            .joined()
    }

    /// The settings, without the mappings that they are in.
    var settings: [Setting] {
        expected.keys.sorted()
            .filter { path in !expected.keys.contains { $0.hasPrefix("\(path).") || $0.hasPrefix("\(path)[") } }
            .map { path in
                let levels = path.replacing("[]", with: ".N").split(separator: ".")
                let name = levels.map { $0.uppercased() }.joined(separator: "__")
                return Setting(path: path, environment: "DESKPIPE_\(name)", expected: expected[path] ?? "")
            }
    }

    /// Every setting of this version, found by reading a configuration that uses them all.
    static func all() throws -> [Setting] {
        let record = SettingsRecord()
        _ = try Settings(yaml: specimen, file: "specimen", environment: [:], record: record)
        return record.settings
    }

    /// Whatever the reader looks at only where it is written; names of the user's own are `NAME`.
    private static let specimen = """
        kafka: { options: { NAME: x } }
        console: { tokens: [{ role: viewer, token: "env:A" }], webhooks: [{ url: "https://example.com/" }] }
        destinations: { NAME: { url: "sqlite:./x" } }
        defaults: { schedule: { every: 30m } }
        connections:
          - { tenant: a, id: client, source: zendesk-support, subdomain: aa, name: a1,
              auth: { type: oauth_client_credentials, client_id: "env:A", client_secret: "env:A" },
              schedule: { every: 30m }, columns: { tickets: { exclude: [subject] } }, intervals: { groups: 12h },
              marketplace: { name: a, organization_id: "1", app_id: "1" } }
          - { tenant: a, id: token, source: zendesk-support, subdomain: aa, name: a2,
              auth: { type: api_token, email: a@example.com, token: "env:A" } }
          - { tenant: a, id: chat, source: zendesk-chat, subdomain: aa, name: a3,
              auth: { type: oauth_refresh, client_id: "env:A" } }
        """
}
