import Foundation
import Model
import Synchronization

/// What is to happen at which failpoints of this process.
package final class FailpointPlan: Sendable {
    package enum Action: Hashable, Sendable {
        /// SIGKILL.
        case kill
        case error
        /// The thread is blocked for so long.
        case delay(Duration)
    }

    /// By failpoint and by how often it was hit then.
    package let actions: [Failpoint: [Int: Action]]
    /// Whether Zendesk, brokers and databases of other machines may take part.
    package let allowsRemote: Bool
    private let hits = Mutex<[Failpoint: Int]>([:])

    /// Reads `name:nth:kill`, `name:nth:error` or `name:nth:delay:2s`, several with commas between them.
    /// - Throws: ``FailpointError``
    package init(parsing text: String, allowsRemote: Bool = false) throws(FailpointError) {
        var actions: [Failpoint: [Int: Action]] = [:]
        for entry in text.split(separator: ",", omittingEmptySubsequences: false) {
            let words = entry.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard words.count > 2, let nth = Units.positive(words[1]) else { throw .malformed(String(entry)) }
            guard let point = Failpoint(rawValue: words[0]) else { throw .unknown(words[0]) }
            let action: Action
            switch (words[2], words.count) {
            case ("kill", 3): action = .kill
            case ("error", 3): action = .error
            case ("delay", 4):
                guard let duration = Units.duration(words[3]) else { throw .malformed(String(entry)) }
                action = .delay(duration)
            default: throw .malformed(String(entry))
            }
            if action == .error, !point.canFail { throw .cannotFail(point) }
            actions[point, default: [:]][nth] = action
        }
        self.actions = actions
        self.allowsRemote = allowsRemote
    }

    /// Does what is planned for this hit.
    /// - Returns: true where the step is to fail.
    func hit(_ point: Failpoint) -> Bool {
        let nth = hits.withLock { hits in
            hits[point, default: 0] += 1
            return hits[point, default: 0]
        }
        guard let action = actions[point]?[nth] else { return false }
        // In one write, and past all buffers: the process may not live to flush them.
        let line = Array("failpoint \(point.rawValue):\(nth) \(action)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
        switch action {
        case .kill: kill(getpid(), SIGKILL)
        case .error: return true
        // The step itself is late, whatever else the thread would have done: as where a disk or the kernel is slow.
        case .delay(let duration): usleep(UInt32(clamping: Int64(duration / .microseconds(1))))
        }
        return false
    }
}

extension FailpointPlan.Action: CustomStringConvertible {
    package var description: String {
        switch self {
        case .kill: "kill"
        case .error: "error"
        case .delay: "delay"
        }
    }
}
