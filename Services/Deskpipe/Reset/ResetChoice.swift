import Extractor
import Messaging
import Model

/// Finds the connection that a reset is meant for.
struct ResetChoice {
    let streams: [String]
    let from: Timestamp?
    let now: Timestamp

    func plan(_ definition: ConnectionDefinition) throws -> ResetPlan {
        try ResetPlan(of: definition, streams: streams, from: from, now: now)
    }

    /// The only one of these connections that reads all of the streams.
    /// - Throws: what is wrong with the streams where none does; ``ResetFailure/several(_:)`` where more than one does.
    func definition(among definitions: [ConnectionDefinition]) throws -> ConnectionDefinition {
        var fitting: [ConnectionDefinition] = []
        var faults: [any Error] = []
        for definition in definitions {
            do {
                _ = try plan(definition)
                fitting.append(definition)
            } catch {
                faults.append(error)
            }
        }
        guard let only = fitting.first else {
            // Of a stream that another connection's source has not, nothing is learnt.
            let known = faults.first { if case ResetError.notSelected = $0 { true } else { false } }
            throw known ?? faults.min { Self.distance($0) < Self.distance($1) } ?? ResetFailure.several([])
        }
        guard fitting.count == 1 else { throw ResetFailure.several(fitting.map(\.key)) }
        return only
    }

    private static func distance(_ error: any Error) -> Int {
        guard case ResetError.unknownStream(let name, let nearest?) = error else { return .max }
        return name.editDistance(to: nearest)
    }
}

/// Why a reset is not begun.
enum ResetFailure: ExplainedError, Hashable {
    /// Nobody can be asked whether all streams are meant.
    case noStream
    /// These connections read the streams.
    case several([ConnectionKey])
    /// A running process keeps the bookmarks.
    case isRunning(path: String, pid: Int32?)

    var message: String {
        switch self {
        case .noStream: "say which stream to read anew with --stream, or --yes for all of the connection's"
        case .several(let keys):
            "\(keys.map(\.description).joined(separator: " and ")) read it; say which with --tenant and --connection"
        case .isRunning(let path, let pid):
            "\(path) is in use by \(pid.map { "process \($0)" } ?? "another process"); "
                + "stop it, or wait until it has ended, and reset then"
        }
    }

    var exitCode: ExitCode {
        switch self {
        case .noStream, .several: .usage
        case .isRunning: .transport
        }
    }

    var recovery: Recovery { .stop }
}
