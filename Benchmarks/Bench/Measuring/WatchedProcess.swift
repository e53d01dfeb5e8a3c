import Foundation

/// A program that ran to its end, and what it took.
struct WatchedProcess: Sendable {
    var lap: Lap
    /// The most that was resident, as the kernel keeps it (`VmHWM`).
    var peakBytes: Int
    /// The most that was resident without a file behind it (`RssAnon`), as sampled.
    var peakAnonymousBytes: Int

    /// How often the process is looked at: its last moments are missed, and `VmHWM` only ever rises.
    private static let interval = Duration.milliseconds(20)

    /// - Throws: with the end of what it said on standard error, when it does not end with 0.
    static func run(_ arguments: [String], environment: [String: String]) async throws -> WatchedProcess {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: arguments[0])
        process.arguments = Array(arguments.dropFirst())
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = FileHandle.nullDevice
        let errors = FileManager.default.temporaryDirectory.appendingPathComponent("bench-\(UUID().uuidString)")
        try Data().write(to: errors)
        defer { try? FileManager.default.removeItem(at: errors) }  // best effort: it is in the temporary directory
        process.standardError = try FileHandle(forWritingTo: errors)
        var watched = WatchedProcess(lap: Lap(seconds: 0, processorSeconds: 0), peakBytes: 0, peakAnonymousBytes: 0)
        let before = childrenSeconds()
        let start = ContinuousClock.now
        try process.run()
        while process.isRunning {
            watched.sample(process.processIdentifier)
            try await Task.sleep(for: interval)
        }
        watched.lap.seconds = (ContinuousClock.now - start) / .seconds(1)
        process.waitUntilExit()
        // Exact, of all children that have ended: of this one alone, since no other ends meanwhile.
        watched.lap.processorSeconds = max(watched.lap.processorSeconds, childrenSeconds() - before)
        guard process.terminationStatus == 0 else {
            let said = String(decoding: (try Data(contentsOf: errors)).suffix(500), as: UTF8.self)
            throw BenchError("\(arguments[0]) ended with \(process.terminationStatus): \(said)")
        }
        return watched
    }

    private static func childrenSeconds() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1_000_000 }
    }

    private mutating func sample(_ id: Int32) {
        // A process that has just ended has no files any more.
        guard let status = try? String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8),
            let stat = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)
        else { return }
        peakBytes = max(peakBytes, Self.kilobytes("VmHWM", in: status) * 1024)
        peakAnonymousBytes = max(peakAnonymousBytes, Self.kilobytes("RssAnon", in: status) * 1024)
        // Behind the name in brackets: state, then utime and stime as 12th and 13th, in ticks.
        let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ").dropFirst()
        let ticks = fields.dropFirst(11).prefix(2).compactMap { Double($0) }.reduce(0, +)
        lap.processorSeconds = max(lap.processorSeconds, ticks / Double(sysconf(Int32(_SC_CLK_TCK))))
    }

    private static func kilobytes(_ name: String, in status: String) -> Int {
        let line = status.split(separator: "\n").first { $0.hasPrefix("\(name):") }
        return line.flatMap { Int($0.split(whereSeparator: \.isWhitespace).dropLast().last ?? "") } ?? 0
    }
}
