import Foundation
package import Logging
package import Messaging
import Model
import ServiceRuntime
import Synchronization

/// The file in which a console keeps what it has told of its alerts: for this user alone, whole at any moment, bounded.
package final class AlertFile: Sendable {
    /// A file that is longer is none of ours.
    private static let largest = 64 << 20

    private struct State {
        /// What the file holds, as far as it matters.
        var mark: Mark?
        var cannotBeWritten = false
    }

    /// Words change with every load; what was told does not.
    private struct Mark: Equatable {
        var changes: Int
        var owed: [String: Set<String>]
    }

    package let path: String
    private let namespace: Namespace
    private let logger: Logger
    private let state = Mutex(State())

    /// - Parameter directory: made where it is missing.
    package init(directory: String, namespace: Namespace, logger: Logger) {
        path = "\(directory)/console.\(namespace).json"
        self.namespace = namespace
        self.logger = logger
    }

    /// What an earlier console left. A file that cannot be taken over is told of, and put aside: then all is new.
    /// - Returns: nil where there is none.
    package func takeOver() -> KeptAlerts? {
        do {
            return try read()
        } catch {
            let aside = "\(path).unread"
            // Where this fails, the next writing replaces it.
            rename(path, aside)
            let problem =
                "what an earlier console told cannot be taken over from \(path): \(error.reason); "
                + "it is put aside as \(aside), and open alerts are told again"
            logger.warning("alerts are told anew", metadata: [LogKeys.error: "\(problem)"])
            return nil
        }
    }

    /// What a console has left there, for who only looks; nil where there is nothing to be read.
    package func look() -> KeptAlerts? { try? read() }

    /// Writes what is known now, where that is not in the file yet. A disk that refuses is told of, once.
    /// - Parameter owed: what waits to be told, by the ids of ``WebhookSender/owed()``.
    package func keep(_ book: AlertBook, owed: [String: Set<String>]) {
        let mark = Mark(changes: book.changes, owed: owed)
        guard state.withLock({ $0.mark != mark }) else { return }
        do {
            // What it holds always encodes.
            try PrivateFile.replace(path, WireJSON.text(of: KeptAlerts(book, in: namespace, owed: owed)) + "\n")
            state.withLock { state in
                state.mark = mark
                state.cannotBeWritten = false
            }
        } catch {
            let isNew = state.withLock { state in
                defer { state.cannotBeWritten = true }
                return !state.cannotBeWritten
            }
            guard isNew else { return }
            let problem = (error as? PrivateFileError)?.message ?? String(describing: type(of: error))
            logger.warning(
                "what is told of alerts is not kept: after a restart it is told again",
                metadata: [LogKeys.error: "\(problem)"]
            )
        }
    }

    private struct Unusable: Error {
        let reason: String
    }

    private struct Format: Decodable {
        var format: Int
    }

    private func read() throws(Unusable) -> KeptAlerts? {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return nil }
        guard attributes[.type] as? FileAttributeType == .typeRegular,
            (attributes[.size] as? Int).map({ $0 <= Self.largest }) == true
        else { throw Unusable(reason: "it is not a file that a console writes") }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Unusable(reason: "this user may not read it")
        }
        guard let format = (try? JSONDecoder().decode(Format.self, from: data))?.format else {
            throw Unusable(reason: "it is not a file that a console writes")
        }
        guard format == KeptAlerts.currentFormat else {
            throw Unusable(reason: "it has the format \(format), this version knows \(KeptAlerts.currentFormat)")
        }
        guard let kept = try? JSONDecoder().decode(KeptAlerts.self, from: data) else {
            throw Unusable(reason: "it is damaged")
        }
        guard kept.namespace == namespace.rawValue else {
            throw Unusable(reason: "it is of the namespace \(kept.namespace)")
        }
        return kept
    }
}
