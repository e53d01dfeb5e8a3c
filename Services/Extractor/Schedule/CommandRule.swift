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
///
/// The state holds what must outlive a crash: a run that was asked for until it has come to its end,
/// a check until it is answered, a pause, a stop.
/// What a reset does to bookmarks belongs into the transaction of the state.
package enum CommandRule {
    /// - Parameters:
    ///   - topic: where the command stands; offsets of another one say nothing.
    ///   - offset: the command's in its partition of the topic.
    /// - Returns: the state to publish before the command counts as obeyed, and what to do then.
    package static func obey(
        _ command: Command,
        topic: String,
        offset: Int64,
        state: ConnectionState
    ) -> (ConnectionState, CommandEffect) {
        guard offset > state.lastCommandOffset(in: topic) ?? -1 else { return (state, .none) }
        var state = state
        state.lastCommandTopic = topic
        state.lastCommandOffset = offset
        var known = state.commands ?? []
        guard !known.contains(where: { $0.id == command.id }) else { return (state, .none) }
        known.append(ConnectionState.ObeyedCommand(command))
        state.commands = Array(known.suffix(ConnectionState.mostCommands))
        switch command.type {
        case .check:
            state.askedCheck = command.id
            return (state, .check)
        case .reset: return (state, .reset(stream: command.stream, from: command.from))
        case .run:
            state.askedRun = command.id
            return (state, .run)
        case .stop:
            // Neither is what it ends to be taken up again, nor what was asked for before.
            state.askedRun = nil
            state.unfinishedSince = nil
            state.unfinishedSeconds = nil
            return (state, .stop)
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
