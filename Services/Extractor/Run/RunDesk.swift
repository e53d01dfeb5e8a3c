package import Model
import ServiceRuntime
import Synchronization

/// Where others reach a run that is under way: to change the connection's state through its producer, and to say whether
/// what it leaves is to be taken up at once.
package final class RunDesk: Sendable {
    private struct State {
        var board: StreamBoard?
        var ledger: RunLedger?
        var isClosed = false
        var ending: RunEnding?
        /// The command that asked for this run.
        var askedRun: String?
    }

    private let state = Mutex(State())
    /// Set when there is something to change, or will never be.
    private let isOpen = StopSignal()

    package init() {}

    /// The connection's state as it is durable; nil where the run never came to read it.
    package var connectionState: ConnectionState? { state.withLock { $0.board }?.connectionState }

    /// Why the run was asked to end; nil where it was not.
    var ending: RunEnding? { state.withLock { $0.ending } }

    /// The run is going to be asked to end.
    package func end(_ ending: RunEnding) { state.withLock { $0.ending = ending } }

    /// Changes the connection's state, durably.
    /// - Returns: false where the run has ended, or never came to read the state: nothing is changed then.
    package func change(_ change: @Sendable (inout ConnectionState) -> Void) async throws -> Bool {
        await isOpen.wait()
        let (board, ledger) = state.withLock { $0.isClosed ? (nil, nil) : ($0.board, $0.ledger) }
        guard let board else { return false }
        try await board.change(change)
        ledger?.noteCommands(of: board.connectionState)
        return true
    }

    /// The run has read the state.
    func open(_ board: StreamBoard, _ ledger: RunLedger) {
        let askedRun = board.connectionState.askedRun
        state.withLock {
            $0.board = board
            $0.ledger = ledger
            $0.askedRun = askedRun
        }
        isOpen.set()
    }

    /// Nothing is read any more: writes whether the run came to its end, and when the next one is.
    /// - Parameter spent: how long the run took, with the parts of it that were handed over.
    func conclude(_ definition: ConnectionDefinition, spent: Duration, at now: Timestamp) async throws {
        let (board, goesOn, askedRun) = state.withLock { ($0.board, $0.ending?.goesOn == true, $0.askedRun) }
        close()
        try await board?.change { state in
            if !goesOn {
                state.unfinishedSince = nil
                state.unfinishedSeconds = nil
                // What was asked for meanwhile is a run of its own.
                if state.askedRun == askedRun { state.askedRun = nil }
            } else if state.unfinishedSince != nil {
                state.unfinishedSeconds = spent.fractionalSeconds
            }
            state.nextRun = state.nextRun(of: definition, at: now)
        }
    }

    /// The run has ended, however it has.
    package func close() {
        state.withLock { $0.isClosed = true }
        isOpen.set()
    }
}
