package import Model
import ServiceRuntime
import Synchronization

/// Where others reach a run that is under way: to change the connection's state through its producer, and to say whether
/// what it leaves is to be taken up at once.
package final class RunDesk: Sendable {
    private struct State {
        var board: StreamBoard?
        var isClosed = false
        var goesOn = false
    }

    private let state = Mutex(State())
    /// Set when there is something to change, or will never be.
    private let isOpen = StopSignal()

    package init() {}

    /// The connection's state as it is durable; nil where the run never came to read it.
    package var connectionState: ConnectionState? { state.withLock { $0.board }?.connectionState }

    /// The run will be taken up again at once, here or elsewhere.
    package func goOnLater() { state.withLock { $0.goesOn = true } }

    /// Changes the connection's state, durably.
    /// - Returns: false where the run has ended, or never came to read the state: nothing is changed then.
    package func change(_ change: @Sendable (inout ConnectionState) -> Void) async throws -> Bool {
        await isOpen.wait()
        guard let board = state.withLock({ $0.isClosed ? nil : $0.board }) else { return false }
        try await board.change(change)
        return true
    }

    /// The run has read the state.
    func open(_ board: StreamBoard) {
        state.withLock { $0.board = board }
        isOpen.set()
    }

    /// Nothing is read any more: writes whether the run came to its end, and when the next one is.
    func conclude(_ definition: ConnectionDefinition, at now: Timestamp) async throws {
        let (board, goesOn) = state.withLock { ($0.board, $0.goesOn) }
        close()
        try await board?.change { state in
            if !goesOn { state.unfinishedSince = nil }
            let grid = ScheduleGrid(of: definition)
            let slot = grid.next(after: state.lastScheduledStart, now: now, missed: .skipped)
            state.nextRun = state.pausedSince != nil ? nil : goesOn ? now : slot.dueAt
        }
    }

    /// The run has ended, however it has.
    package func close() {
        state.withLock { $0.isClosed = true }
        isOpen.set()
    }
}
