import Foundation
import Model

/// Instructions of the parts that compute alone, as callgrind counts them in `hot-paths`: the same on a busy machine.
///
/// The pages come from an account that is the same everywhere, so that counts of two machines or two builds compare.
enum InstructionCounting {
    /// By how much two counts may differ.
    private static let tolerance = 0.01
    /// Of the page that we work on, and of the one for what is compared, which takes tens of times as many.
    private static let sizes = (ours: 1000, reference: 100)

    private struct Path {
        var name: String
        var line: String
        var reference: String
        var comparedWith: String
        /// What a thousand bytes may take of ours: a twentieth more than the last count that was thought right.
        var most: Double
    }

    private static let paths = [
        Path(
            name: "decode",
            line: "decode pages",
            reference: "decode-foundation",
            comparedWith: "JSONSerialization of pages",
            most: 38_500
        ),
        Path(
            name: "messages",
            line: "make messages",
            reference: "messages-copy",
            comparedWith: "copies of the bytes",
            most: 2620
        ),
        Path(
            name: "route",
            line: "decode and route events",
            reference: "route-foundation",
            comparedWith: "JSONSerialization of events",
            most: 21_300
        ),
        Path(
            name: "load",
            line: "map records and encode for COPY",
            reference: "load-foundation",
            comparedWith: "JSONSerialization of records",
            most: 49_400
        ),
    ]

    @Sendable
    static func run(_ workload: Workload) async throws -> [any TableLine] {
        guard let program = workload.options.hotPaths, let simulator = workload.options.simulatorProgram else {
            return []
        }
        let counter = InstructionCounter(program: program, log: workload.path("callgrind"))
        let pages = try await pages(simulator, workload)
        var lines: [any TableLine] = []
        for path in paths {
            let counts = try (0..<2).map { _ in try counter.count(path.name, pages.ours) }
            let reference = try counter.count(path.reference, pages.reference)
            let noise = abs(counts[0].instructions - counts[1].instructions) / counts[0].instructions
            guard noise < tolerance else { throw BenchError("two counts of \(path.line) differ by \(noise * 100) %") }
            lines.append(
                line(path, "instructions/KB", counts[0].perKilobyte, reference.perKilobyte, noise, most: path.most)
            )
            lines.append(
                line(path, "instructions/record", counts[0].perRecord, reference.perRecord, noise)
            )
        }
        return lines
    }

    private static func line(
        _ path: Path,
        _ unit: String,
        _ ours: Double,
        _ reference: Double,
        _ noise: Double,
        most: Double? = nil
    ) -> Count {
        Count(
            line: "instructions: \(path.line)",
            unit: unit,
            ours: ours,
            reference: reference,
            comparedWith: "\(path.comparedWith), by callgrind too",
            most: most,
            noise: noise
        )
    }

    /// Files with a page each.
    private static func pages(
        _ simulator: String,
        _ workload: Workload
    ) async throws -> (ours: String, reference: String) {
        let account = try await SimulatorProcess(simulator, tickets: 10_000, workload)
        defer { account.stop() }
        var files: [String] = []
        for size in [sizes.ours, sizes.reference] {
            let file = workload.path("page-\(size)")
            let page = try await SimulatorAccount(url: account.url).ticketPages(1, of: size)
            try Data(page.joined()).write(to: URL(fileURLWithPath: file))
            files.append(file)
        }
        return (files[0], files[1])
    }
}

/// Counts what one turn of a hot path takes.
private struct InstructionCounter {
    let program: String
    let log: String

    struct Counted {
        var instructions: Double
        var records: Double
        var bytes: Double

        var perRecord: Double { instructions / records }
        var perKilobyte: Double { instructions / bytes * 1000 }
    }

    /// Hashes that are the same in each process, and no instruction that copies many bytes: each would count as one.
    private static let environment = [
        "SWIFT_DETERMINISTIC_HASHING": "1",
        "GLIBC_TUNABLES": "glibc.cpu.x86_rep_movsb_threshold=0x7fffffff:glibc.cpu.x86_rep_stosb_threshold=0x7fffffff",
    ]

    /// What two turns take more than one: start and preparation are in both.
    func count(_ path: String, _ page: String) throws -> Counted {
        let one = try total(path, times: 1, page)
        let two = try total(path, times: 2, page)
        var counted = two
        counted.instructions -= one.instructions
        return counted
    }

    private func total(_ path: String, times: Int, _ page: String) throws -> Counted {
        let output = try CommandRun.run(
            [
                "valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--log-file=\(log)", program, path,
                "\(times)", page,
            ],
            environment: Self.environment
        )
        let printed = String(decoding: output, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        let sizes = printed.compactMap { Double($0) }
        let said = try String(contentsOfFile: log, encoding: .utf8)
        let collected = said.split(separator: "\n").last { $0.contains("Collected : ") }
        guard sizes.count == 2, let total = collected?.split(separator: " ").last.flatMap({ Double($0) }) else {
            throw BenchError("callgrind did not count \(path): \(said.suffix(300))")
        }
        return Counted(instructions: total, records: sizes[0], bytes: sizes[1])
    }
}
