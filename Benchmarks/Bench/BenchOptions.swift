/// The command line of `bench`; run.sh fills it in.
struct BenchOptions: Sendable {
    /// Small sizes: to see that it works, not how fast.
    var isQuick = false
    /// Where the measurements go as JSON.
    var json: String?
    /// Where the table goes as Markdown.
    var markdown: String?
    /// In words: what this runs on.
    var machine = ""
    /// Stages to measure; empty for all.
    var only: [String] = []
    /// Of the Zendesk simulator.
    var simulator = ""
    /// How many tickets the simulator has.
    var tickets = 0
    /// `postgresql://...` of a server that may be filled; nil leaves out what needs one.
    var postgres: String?
    /// The `mock-broker` executable; nil leaves out what needs one.
    var mockBroker: String?
    /// The `deskpipe` executable; nil leaves out the whole way.
    var deskpipe: String?
    /// The `zendesk-simulator` executable; nil leaves out what needs an account of its own.
    var simulatorProgram: String?
    /// The `hot-paths` executable without debug information, which valgrind cannot read; nil leaves out counting.
    var hotPaths: String?
    /// For files; emptied by the caller.
    var directory = ""

    static let usage = """
        usage: bench --simulator URL --tickets N --directory PATH [--postgres URL] [--mock-broker PATH]
                     [--deskpipe PATH] [--simulator-program PATH] [--hot-paths PATH] [--quick]
                     [--only STAGE,STAGE] [--json FILE] [--markdown FILE] [--machine TEXT]
        stages: \(Stage.all.map(\.name).joined(separator: " "))
        """

    /// Nil for a command line that it does not understand.
    init?(_ arguments: [String]) {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            if name == "--quick" {
                isQuick = true
                continue
            }
            guard let value = rest.popFirst() else { return nil }
            switch name {
            case "--json": json = value
            case "--markdown": markdown = value
            case "--machine": machine = value
            case "--hot-paths": hotPaths = value
            case "--only": only = value.split(separator: ",").map(String.init)
            case "--simulator": simulator = value
            case "--tickets": tickets = Int(value) ?? 0
            case "--postgres": postgres = value
            case "--mock-broker": mockBroker = value
            case "--deskpipe": deskpipe = value
            case "--simulator-program": simulatorProgram = value
            case "--directory": directory = value
            default: return nil
            }
        }
        if simulator.isEmpty || directory.isEmpty || tickets < 1 { return nil }
    }

    /// How often each contender runs; the median counts.
    var repetitions: Int { isQuick ? 3 : 7 }
    /// Pages of 1,000 tickets that the stages work on.
    var pages: Int { min(isQuick ? 2 : 10, max(1, tickets / 1000)) }

    /// A stage by its name, or all whose names begin alike: `growth` for `growth-logs`.
    func selects(_ stage: String) -> Bool {
        only.isEmpty || only.contains { stage == $0 || stage.hasPrefix("\($0)-") }
    }
}
