import Foundation

/// Measures the parts of the product, each beside what it is compared with; see README.md.
@main
struct Bench {
    static func main() async {
        guard let options = BenchOptions(Array(CommandLine.arguments.dropFirst())) else {
            say(BenchOptions.usage)
            exit(2)
        }
        do {
            if try await !run(options) { exit(1) }
        } catch {
            say("bench: \(error)")
            exit(1)
        }
    }

    /// - Returns: whether all stages were measured and all bounds hold.
    private static func run(_ options: BenchOptions) async throws -> Bool {
        let stages = Stage.all.filter { options.selects($0.name) && $0.isPossible(options) }
        guard !stages.isEmpty else { throw BenchError("no stage is called \(options.only.joined(separator: ", "))") }
        let start = ContinuousClock.now
        let date = Date()
        let loadBefore = RunRecord.load
        let workload = try await Workload(options)
        var lines: [any TableLine] = []
        var problems: [String] = []
        func record() -> RunRecord {
            RunRecord(
                date: date.formatted(.iso8601),
                machine: options.machine,
                isQuick: options.isQuick,
                tickets: options.tickets,
                stages: stages.map(\.name),
                loadBefore: loadBefore,
                loadAfter: RunRecord.load,
                seconds: (ContinuousClock.now - start) / .seconds(1),
                lines: lines,
                brokenBounds: problems + lines.flatMap(\.brokenBounds)
            )
        }
        for stage in stages {
            say("measuring \(stage.name) ...")
            let began = ContinuousClock.now
            do {
                lines += try await stage.run(workload)
            } catch {
                problems.append("\(stage.name) was not measured: \(error)")
            }
            try write(record(), options)
            say("  \(stage.name): \(Figures.decimal((ContinuousClock.now - began) / .seconds(1), digits: 1)) s")
        }
        let record = record()
        let text = ResultTable(lines).lines.joined(separator: "\n") + "\n\n\(record.foot)\n"
        FileHandle.standardOutput.write(Data(text.utf8))
        for aim in record.missedAims { say("bench: not reached on this machine: \(aim)") }
        for problem in record.brokenBounds { say("bench: \(problem)") }
        return record.brokenBounds.isEmpty
    }

    /// After each stage: what was measured stays if a later one does not end.
    private static func write(_ record: RunRecord, _ options: BenchOptions) throws {
        if let path = options.markdown {
            let text = ResultTable(record.lines).markdown.joined(separator: "\n") + "\n\n\(record.foot)\n"
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        }
        if let path = options.json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try encoder.encode(record).write(to: URL(fileURLWithPath: path), options: .atomic)
        }
    }

    private static func say(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}

/// Why nothing could be measured.
struct BenchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
