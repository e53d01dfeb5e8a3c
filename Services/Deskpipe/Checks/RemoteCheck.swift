import Logging
import Messaging
import Model
import ServiceRuntime

/// Has the extractors that hold connections check them, and waits for their answers, which stand in the states.
struct RemoteCheck {
    /// A check asks Zendesk for a page of every stream.
    private static let patience = Duration.seconds(300)
    private static let pause = Duration.milliseconds(500)

    let settings: Settings
    let transport: any Transport

    /// - Returns: what was found of each; of those that nobody has answered for, that.
    func lines(of connections: [ConnectionKey]) async throws -> [CheckLine] {
        let now = SystemClock().now()
        let asked = connections.map { (key: $0, command: Command(.check, at: now, by: "cli")) }
        _ = try await CommandDesk(settings: settings, transport: transport).ask(asked, waits: false)
        let isServed = try TransportOpening.isOwned(settings) != false
        let deadline = ContinuousClock.now + (isServed ? Self.patience : .zero)
        var tail = StateTail(transport, settings.namespace)
        while true {
            try await tail.readOn()
            let answers = asked.map { key, command in
                tail.states[key]?.check.flatMap { $0.command == command.id ? $0 : nil }
            }
            if answers.allSatisfy({ $0 != nil }) || .now >= deadline {
                return zip(asked, answers).flatMap { asked, answer in
                    (answer?.findings ?? [Self.silence(isServed)]).map { CheckLine(asked.key, $0) }
                }
            }
            try await Task.sleep(for: Self.pause)
        }
    }

    private static func silence(_ isServed: Bool) -> CheckFinding {
        CheckFinding(
            "extractor",
            on: "this connection",
            .problem,
            isServed ? "no extractor has answered" : "no extractor is running",
            hint: "the check is done when one starts; `deskpipe status -o json` has its answer then",
            exitCode: .sourceUnavailable
        )
    }
}
