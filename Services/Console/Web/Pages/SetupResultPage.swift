import Console
import Model

/// What came of a setup: the connection is made, or what stands in the way.
struct SetupResultPage {
    let findings: CheckPage
    let isMade: Bool
    let name: String
    let href: String
    /// The connection's definition, for programs.
    private let json: String
    private let terminal: String
    let again: String

    init(_ findings: [CheckFinding], _ definition: ConnectionDefinition) {
        self.findings = CheckPage(findings)
        isMade = self.findings.isGood
        name = definition.name.escapedForPeople
        href = definition.key.path
        json = "/api/v1/connections/\(definition.key)/definition"
        terminal = "deskpipe check \(definition.key.flags)"
        again = "/setup/\(definition.source.rawValue)"
    }

    func page() -> Page {
        Page(
            template: "setup-result",
            title: isMade ? "Connected" : "Not connected yet",
            section: .setup,
            content: self,
            terminal: isMade ? terminal : "deskpipe init",
            json: isMade ? json : nil
        )
    }
}

/// What who owns the cluster does next: nothing was made here.
struct ClusterStepsPage {
    let yaml: String
    let secret: String?
    let login: String?

    init(_ definition: ConnectionDefinition, _ place: SecretPlace) {
        let steps = ClusterSteps(definition, place: place)
        yaml = steps.yaml
        secret = steps.secret
        login = steps.login
    }

    func page() -> Page {
        Page(
            template: "setup-steps",
            title: "Make it on the cluster",
            section: .setup,
            content: self,
            terminal: "deskpipe init"
        )
    }
}
