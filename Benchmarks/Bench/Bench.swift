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
            try await run(options)
        } catch {
            say("bench: \(error)")
            exit(1)
        }
    }

    private static func run(_ options: BenchOptions) async throws {
        let stages = Stage.all.filter { options.selects($0.name) && $0.isPossible(options) }
        guard !stages.isEmpty else { throw BenchError("no stage is called \(options.only.joined(separator: ", "))") }
        let workload = try await Workload(options)
        var measurements: [Measurement] = []
        for stage in stages {
            say("measuring \(stage.name) ...")
            measurements += try await stage.run(workload)
        }
        if !measurements.isEmpty {
            FileHandle.standardOutput.write(Data((ResultTable(measurements).lines.joined(separator: "\n") + "\n").utf8))
        }
        if let path = options.json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try encoder.encode(measurements).write(to: URL(fileURLWithPath: path), options: .atomic)
        }
        let broken = measurements.flatMap(\.brokenBounds)
        for bound in broken { say("bench: \(bound)") }
        if !broken.isEmpty { exit(1) }
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
