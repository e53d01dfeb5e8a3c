import Foundation
import Model
import Testing
import ZendeskSimulator

/// What an operator changes while extractors run, who mount their secrets as one directory.
@Suite("Changes without a restart")
struct LiveChangeTests {
    @Test(
        "a tenant comes with its secret and `apply`; a wrong secret is replaced; two on one account are warned of",
        .timeLimit(.minutes(30)),
        arguments: Setting.on(.kafka).prefix(1)
    )
    func secrets(setting: Setting) async throws {
        try await withScene(setting, SceneOptions(tickets: 30)) { scene in
            let mount = try Mount(scene.workspace.directory.appending(path: "secrets"))
            try mount.write(["acme": "simulator-secret"])
            try Self.write(["acme": "acme"], mount, scene)
            #expect(try await Self.apply(scene) == ["published  acme/support"])
            let extractor = try scene.start("extractor")
            try await Self.until(scene, "acme", .succeeded, extractor)
            // A tenant comes, with a secret that the account does not know.
            try mount.write(["acme": "simulator-secret", "beta": "mistyped"])
            try Self.write(["acme": "acme", "beta": "beta"], mount, scene)
            #expect(try await Self.apply(scene) == ["published  beta/support", "unchanged  acme/support"])
            try await Self.until(scene, "beta", .failed, extractor)
            // The secret is replaced; the definition that names it is as before.
            try mount.write(["acme": "simulator-secret", "beta": "simulator-secret"])
            #expect(try await Self.apply(scene) == ["unchanged  acme/support", "unchanged  beta/support"])
            let asked = try await scene.deskpipe("run-now", "--tenant", "beta")
            #expect(asked.exit == .status(0), "\(asked.output) \(asked.errors)")
            try await Self.until(scene, "beta", .succeeded, extractor)
            // Another tenant names an account that one has already.
            try Self.write(["acme": "acme", "beta": "beta", "gamma": "acme"], mount, scene)
            let lines = try await Self.apply(scene)
            let warning = try #require(lines.first { $0.hasPrefix("warning: ") })
            #expect(warning.contains("the tenants acme, gamma all read the account acme"), "\(lines)")
            #expect(!extractor.hasEnded)
            extractor.send(SIGTERM)
            #expect(try await extractor.outcome().exit == .status(143))
        }
    }

    /// A directory of secrets as Kubernetes mounts it: all files are replaced at once, by a link.
    private struct Mount {
        let directory: URL

        init(_ directory: URL) throws {
            self.directory = directory
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        }

        func write(_ secrets: [String: String]) throws {
            let files = FileManager.default
            let version = "..\(UUID().uuidString)"
            try files.createDirectory(at: directory.appending(path: version), withIntermediateDirectories: true)
            for (name, secret) in secrets {
                try Data(secret.utf8).write(to: directory.appending(path: "\(version)/\(name)"))
                let link = directory.appending(path: name).path
                if (try? files.destinationOfSymbolicLink(atPath: link)) == nil {
                    try files.createSymbolicLink(atPath: link, withDestinationPath: "..data/\(name)")
                }
            }
            let fresh = directory.appending(path: "..data_tmp").path
            try files.createSymbolicLink(atPath: fresh, withDestinationPath: version)
            #expect(rename(fresh, directory.appending(path: "..data").path) == 0)
        }
    }

    /// Writes a configuration file.
    /// - Parameter accounts: by tenant.
    private static func write(_ accounts: [String: String], _ mount: Mount, _ scene: Scene) throws {
        let connections = accounts.sorted { $0.key < $1.key }.map { tenant, account in
            """
              - tenant: \(tenant)
                id: support
                name: Support of \(tenant)
                source: zendesk-support
                subdomain: \(account)
                auth:
                  type: oauth_client_credentials
                  client_id: env:E2E_CLIENT
                  client_secret: "file:\(mount.directory.appending(path: tenant).path)"
                start_date: 2020-01-01
                rate: { share: 100% }
                streams: { include: [groups] }
                endpoint: \(scene.settings.endpoint)
            """
        }
        let yaml = """
            namespace: \(scene.namespace)
            transport: \(scene.settings.transport)
            kafka: { partitions: \(scene.settings.partitions), replication: 1 }
            destination: \(scene.settings.destination)
            connections:
            \(connections.joined(separator: "\n"))

            """
        try Data(yaml.utf8).write(to: scene.workspace.configuration)
    }

    /// What `apply` says.
    private static func apply(_ scene: Scene) async throws -> [String] {
        let outcome = try await scene.deskpipe("apply")
        try #require(outcome.exit == .status(0), "\(outcome.errors)")
        return outcome.output.split(separator: "\n").map(String.init)
    }

    /// Waits until a tenant's newest run has ended like this.
    private static func until(
        _ scene: Scene,
        _ tenant: String,
        _ status: ExtractionReport.Status,
        _ extractor: Program
    ) async throws {
        var statuses: [ExtractionReport.Status] = []
        let hasEnded = try await eventually {
            statuses = try await scene.extractionReports().filter { $0.tenant.rawValue == tenant }.map(\.status)
            return statuses.last == status || extractor.hasEnded
        }
        try #require(hasEnded && statuses.last == status, "\(tenant): \(statuses)\n\(extractor.errors)")
    }
}
