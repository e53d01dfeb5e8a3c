import Foundation
import Testing

@Suite("What deploys Deskpipe")
struct DeployTests {
    private static let canRender = Check.has("kubectl") && Check.hasModule("yaml")
    private static let canValidate = canRender && Check.hasModule("kubernetes_validate")
    private static let noRender: Comment = "kubectl and python3's yaml are needed to render manifests: skipped"
    private static let noValidate: Comment = "kubectl and python3's kubernetes_validate are needed: skipped"
    private static let noYAML: Comment = "python3's yaml is needed: skipped"

    @Test(
        "every overlay renders and fits the Kubernetes schemas, strictly, without a secret in it",
        .enabled(if: canValidate, noValidate)
    )
    func schemas() async throws {
        #expect(try await Check.problems("schemas") == "")
    }

    @Test(
        "pods are restricted, name only what exists in the binary and is mounted, and see only their own secrets",
        .enabled(if: canRender, noRender)
    )
    func pods() async throws {
        #expect(try await Check.problems("pods") == "")
    }

    @Test(
        "compose, image, systemd unit, alerts, dashboard and generated files name only what exists",
        .enabled(if: Check.hasModule("yaml"), noYAML),
        arguments: ["compose", "dockerfile", "units", "metrics", "generated"]
    )
    func names(check: String) async throws {
        #expect(try await Check.problems(check) == "")
    }

    @Test(
        "systemd accepts the unit that is installed, hardened",
        .enabled(if: Check.has("systemd-analyze"), "systemd-analyze is needed: skipped")
    )
    func unit() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "deskpipe-unit-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let script = Check.root.appending(path: "deploy/install.sh").path
        let install = try await Check.run("bash", [script, "--binary", Check.binary.path, "--prefix", folder.path])
        #expect(install.status == 0, "\(install.output)")
        let unit = folder.appending(path: "lib/systemd/system/deskpipe.service").path
        let verified = try await Check.run("systemd-analyze", ["verify", "--man=no", unit])
        #expect(!verified.output.contains("deskpipe.service:"), "\(verified.output)")
        for path in ["bin/deskpipe", "share/doc/deskpipe/deskpipe.yaml", "share/doc/deskpipe/operations.md"] {
            #expect(FileManager.default.fileExists(atPath: folder.appending(path: path).path), "\(path)")
        }
        let completion = folder.appending(path: "share/bash-completion/completions/deskpipe")
        #expect(try String(contentsOf: completion, encoding: .utf8).contains("_deskpipe"))
        let version = try await Check.run(folder.appending(path: "bin/deskpipe").path, ["version"])
        #expect(version.status == 0)
    }
}
