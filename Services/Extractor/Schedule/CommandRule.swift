package import Model

/// What a command makes an extractor do.
package enum CommandEffect: Hashable, Sendable {
    /// Nothing: it was obeyed before, or is so already.
    case none
    /// Begin a run now, whatever the schedule says; also while paused.
    case run
    /// Begin no more scheduled runs.
    case pause
    case resume
    /// End the run under way at its next page boundary.
    case stop
    /// Read this stream, or all, again.
    case reset(stream: StreamName?, from: Timestamp?)
    case check
}

/// What a command does to a connection: a pure decision. Each takes effect once, in any order of arrivals and repeats.
package enum CommandRule {
    /// - Parameter offset: the command's in its partition of `{ns}.commands`.
    /// - Returns: the state to publish before the command counts as obeyed, and what to do then.
    package static func obey(
        _ command: Command,
        offset: Int64,
        state: ConnectionState
    ) -> (ConnectionState, CommandEffect) {
        guard offset > state.lastCommandOffset ?? -1 else { return (state, .none) }
        var state = state
        state.lastCommandOffset = offset
        var known = state.commands ?? []
        guard !known.contains(where: { $0.id == command.id }) else { return (state, .none) }
        known.append(ConnectionState.ObeyedCommand(command))
        state.commands = Array(known.suffix(ConnectionState.mostCommands))
        switch command.type {
        case .run: return (state, .run)
        case .stop: return (state, .stop)
        case .check: return (state, .check)
        case .reset: return (state, .reset(stream: command.stream, from: command.from))
        case .pause:
            guard state.pausedSince == nil else { return (state, .none) }
            state.pausedSince = command.issuedAt
            return (state, .pause)
        case .resume:
            guard state.pausedSince != nil else { return (state, .none) }
            state.pausedSince = nil
            return (state, .resume)
        }
    }
}
