import Foundation
import Synchronization

/// A process under test. Its output goes to files, so that it never waits for a reader.
final class Program: Sendable {
    enum Exit: Hashable, Sendable {
        case status(Int32)
        case signal(Int32)
    }

    /// What a process left behind.
    struct Outcome: Sendable {
        var exit: Exit
        var output: String
        var errors: String

        /// The lines of standard error that report no progress: those that begin with the program's name.
        var complaints: [String] {
            errors.split(separator: "\n").map(String.init).filter { $0.hasPrefix("deskpipe: ") }
        }
    }

    private struct State {
        var exit: Exit?
        var endedAt: ContinuousClock.Instant?
        var waiters: [CheckedContinuation<Exit, Never>] = []
        var isLate = false
    }

    let name: String
    /// The first argument.
    let command: String
    let startedAt = ContinuousClock.now
    private let process: Process
    private let outputPath: String
    private let errorsPath: String
    private let state = Mutex(State())

    /// Starts the program.
    /// - Parameters:
    ///   - environment: All that it has.
    ///   - directory: Where its output is written, and where it runs.
    ///   - input: What it reads; nothing where there is none.
    init(
        _ executable: String,
        _ arguments: [String],
        environment: [String: String],
        in directory: URL,
        input: Pipe? = nil
    ) throws {
        name = ([URL(filePath: executable).lastPathComponent] + arguments).joined(separator: " ")
        command = arguments.first ?? ""
        let id = UUID().uuidString
        outputPath = directory.appending(path: "\(id).out").path
        errorsPath = directory.appending(path: "\(id).err").path
        process = Process()
        process.executableURL = URL(filePath: executable)
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = directory
        if let input { process.standardInput = input } else { process.standardInput = FileHandle.nullDevice }
        process.standardOutput = try Self.newFile(outputPath)
        process.standardError = try Self.newFile(errorsPath)
        process.terminationHandler = { [self] ended in
            let isSignal = ended.terminationReason == .uncaughtSignal
            finish(isSignal ? .signal(ended.terminationStatus) : .status(ended.terminationStatus))
        }
        try process.runTakingSignals()
    }

    /// What it has written to standard error so far.
    var errors: String { Self.text(errorsPath) }

    /// What it has written to standard output so far.
    var output: String { Self.text(outputPath) }

    var identifier: Int32 { process.processIdentifier }

    var hasEnded: Bool { state.withLock { $0.exit != nil } }

    /// When it ended; nil while it is there.
    var endedAt: ContinuousClock.Instant? { state.withLock { $0.endedAt } }

    /// Sends a signal, unless the process has ended.
    func send(_ signal: Int32) {
        state.withLock { state in
            if state.exit == nil { kill(process.processIdentifier, signal) }
        }
    }

    /// Waits for the end.
    /// - Throws: ``Late`` where it takes longer; the process is killed then.
    @discardableResult
    func outcome(within limit: Duration = .seconds(180)) async throws -> Outcome {
        let exit = await withTaskGroup(of: Exit?.self) { group in
            group.addTask { await self.ended() }
            group.addTask {
                // Cancelled as soon as the process has ended.
                guard (try? await Task.sleep(for: limit)) != nil else { return nil }
                self.state.withLock { $0.isLate = true }
                self.send(SIGKILL)
                return nil
            }
            var exit: Exit?
            for await one in group {
                if let one {
                    exit = one
                    group.cancelAll()
                }
            }
            return exit
        }
        let outcome = Outcome(exit: exit ?? .signal(SIGKILL), output: Self.text(outputPath), errors: errors)
        if state.withLock({ $0.isLate }) {
            throw Late(program: name, limit: limit, lastLines: String(outcome.errors.suffix(2000)))
        }
        return outcome
    }

    private func ended() async -> Exit {
        await withCheckedContinuation { continuation in
            let exit = state.withLock { state in
                if state.exit == nil { state.waiters.append(continuation) }
                return state.exit
            }
            if let exit { continuation.resume(returning: exit) }
        }
    }

    private func finish(_ exit: Exit) {
        let waiters = state.withLock { state in
            state.exit = exit
            state.endedAt = .now
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume(returning: exit) }
    }

    private static func newFile(_ path: String) throws -> FileHandle {
        try Data().write(to: URL(filePath: path))
        return try FileHandle(forWritingTo: URL(filePath: path))
    }

    private static func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }
}

/// A process that did not end in time.
struct Late: Error, CustomStringConvertible {
    var program: String
    var limit: Duration
    var lastLines: String

    var description: String { "\(program) had not ended after \(limit); it wrote last:\n\(lastLines)" }
}
