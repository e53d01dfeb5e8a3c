import ArgumentParser
import Console
import Foundation
import Model
import ServiceRuntime

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Ask what is to be replicated, and write the configuration file.",
        discussion: """
            deskpipe init                                  asks, and writes deskpipe.yaml
            deskpipe init --print                          asks, and shows it only
            deskpipe init --yes --subdomain acme --client-id env:ID --client-secret env:SECRET
                                                           asks nothing
            deskpipe init <answers.txt                     an answer a line

            A secret that is typed goes to a file of its own that only you can read;
            the configuration refers to it.
            """
    )

    @Option(name: .shortAndLong, help: "The configuration file.", completion: .file(extensions: ["yaml", "yml"]))
    var config = CommonOptions.usualFile

    @Flag(help: "Replace the file where it is there already.")
    var force = false

    @Flag(name: .customLong("print"), help: "Show the configuration on standard output, and write nothing.")
    var onlyShows = false

    @Flag(name: .shortAndLong, help: "Take what is suggested for whatever is not given; ask nothing.")
    var yes = false

    @Option(help: "zendesk-support or zendesk-chat.", completion: .list(Source.allCases.map(\.rawValue)))
    var source: String?

    @Option(help: "The site prefix: acme for acme.zendesk.com.")
    var subdomain: String?

    @Option(help: "The connection's name, which names the schema.")
    var name: String?

    @Option(help: "Another schema than the one that the name makes.")
    var schema: String?

    @Option(help: "Whose data it is: a-z, 0-9 and -.")
    var tenant: String?

    @Option(help: "The connection's id: a-z, 0-9 and -.")
    var connection: String?

    @Option(
        help: "oauth_client_credentials, oauth_refresh, oauth_token or api_token.",
        completion: .list(Authentication.Kind.allCases.map(\.rawValue))
    )
    var auth: String?

    @Option(help: "Where the OAuth client's identifier is: env:NAME or file:PATH.")
    var clientID: String?

    @Option(help: "Where the OAuth client's secret is: env:NAME or file:PATH.")
    var clientSecret: String?

    @Option(help: "The e-mail of the API token's admin.")
    var email: String?

    @Option(help: "Where the token is: env:NAME or file:PATH.")
    var token: String?

    @Option(help: "The day from which on records are read: 2025-11-20.")
    var startDate: String?

    @Option(help: "30m, 6h@02:00 (from that time, UTC), or a cron expression.")
    var schedule: String?

    @Option(help: "Names and patterns with commas; --streams=-tags leaves one out.")
    var streams: String?

    @Option(help: "Columns to leave out, such as users.phone, with commas.")
    var excludeColumns: String?

    @Option(help: "The log: embedded:PATH or kafka://HOST:PORT.")
    var transport = "embedded:./data/log.sqlite"

    @Option(help: "Where the tables go: sqlite:DIRECTORY, postgresql://USER@HOST/DB or files:DIRECTORY.")
    var destination = "sqlite:./data/warehouse"

    @Option(help: "The directory of secrets that are typed; `secrets` beside the file where none is named.")
    var secrets: String?

    func run() async throws {
        guard onlyShows || force || !FileManager.default.fileExists(atPath: config) else {
            throw InitError.exists(file: config)
        }
        let given = try given()
        let stop = StopSignal()
        let (_, signal) = try await SignalWatch.whileRunning(stop: stop) {
            do {
                try await stop.interrupting { try await answer(given) }
            } catch is CancellationError where stop.isSet {
                // What was asked is not answered: nothing is written.
            }
        }
        if let signal { throw ProcessExit(signal: signal) }
    }

    /// The answers that flags give.
    private func given() throws -> [SetupField: String] {
        let flags: [(SetupField, String?)] = [
            (.source, source), (.subdomain, subdomain), (.name, name), (.schema, schema), (.tenant, tenant),
            (.connection, connection), (.way, auth), (.clientID, clientID), (.clientSecret, clientSecret),
            (.email, email), (.token, token), (.startDate, startDate), (.frequency, schedule), (.streams, streams),
            (.columns, excludeColumns),
        ]
        var given: [SetupField: String] = [:]
        for case (let field, let text?) in flags {
            guard !field.isSecret || SecretReference(parsing: text) != nil else {
                throw InitError.secretOnCommandLine(flag: field.flag)
            }
            given[field] = text
        }
        return given
    }

    private func answer(_ given: [SetupField: String]) async throws {
        let prompt = Prompt()
        let folder = (config as NSString).deletingLastPathComponent
        let place = secrets ?? "\(folder.isEmpty ? "." : folder)/secrets"
        var made = InitResult(file: config, secretPlace: place, transport: transport, destination: destination)
        repeat {
            let context = SetupContext(
                now: SystemClock().now(),
                secrets: .directory(place),
                others: made.definitions,
                origin: .file
            )
            let session = InitSession(prompt: prompt, takesSuggestions: yes, context: context)
            made.take(try await session.connection(made.definitions.isEmpty ? given : [:]))
        } while try await wantsAnother(prompt)
        let text = try made.checkedText()
        if onlyShows { return Terminal.print([text]) }
        try made.write(text)
        Terminal.print(made.told)
    }

    private func wantsAnother(_ prompt: Prompt) async throws -> Bool {
        guard !yes else { return false }
        let answer = try await prompt.ask("Another connection, such as Zendesk Chat", suggestion: "no")
        return ["y", "yes"].contains(answer?.lowercased())
    }
}
