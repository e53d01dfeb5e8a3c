import ArgumentParser
import Model

/// How long a single run goes on with background lanes when everything else has caught up: `10m`, `0`, `all`.
struct LaneTime: ExpressibleByArgument, Equatable {
    /// Nil: to their end.
    var limit: Duration?

    init(limit: Duration?) {
        self.limit = limit
    }

    init?(argument: String) {
        switch argument {
        case "all": limit = nil
        case "0": limit = .zero
        default:
            guard let duration = Units.duration(argument) else { return nil }
            limit = duration
        }
    }

    /// As it is written.
    var defaultValueDescription: String {
        guard let limit else { return "all" }
        return limit == .zero ? "0" : Units.text(ofSeconds: limit.components.seconds)
    }

    static let standard = LaneTime(limit: .seconds(600))
}

/// The flags of a run that ends.
struct OnceOptions: ParsableArguments {
    @Flag(help: "Run each connection once and end.")
    var once = false

    @Option(help: "With --once: how long ticket_audits may go on when all else has caught up; 10m, 0 or all.")
    var laneTime: LaneTime = .standard
}
