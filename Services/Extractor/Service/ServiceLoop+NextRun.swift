import Logging
import Model

/// The state of a connection tells others when it runs next. A run writes that at its end; what changes it between two
/// runs is written by itself.
extension ServiceLoop {
    /// Notes that the connection's schedule is another one now.
    func noteSchedule(of key: ConnectionKey) {
        rescheduled.insert(key)
        obeyNext(key)
    }

    /// Notes it where the saved state tells of a time that the schedule does not have: it was changed meanwhile.
    func compareSchedule(of definition: ConnectionDefinition, _ state: ConnectionState) {
        let now = clock.now()
        guard state.unfinishedSince == nil, state.askedRun == nil, let told = state.nextRun, told > now,
            told != state.nextRun(of: definition, at: now)
        else { return }
        noteSchedule(of: definition.key)
    }

    /// Writes it where the schedule was changed; while a run is under way its end does. A few at a time: meanwhile
    /// nothing else of these begins.
    func renewNextRun(of definition: ConnectionDefinition) {
        let key = definition.key
        guard rescheduled.contains(key), running[key] == nil, renewing.count < StateChange.atOnce,
            roster.beginChange(key)
        else { return }
        rescheduled.remove(key)
        renewing.insert(key)
        changing.insert(key)
        let (changes, clock) = (changes, clock)
        jobs.append {
            let result: Result<ConnectionState, any Error>
            do {
                let state = try await changes.perform(on: key) { state in
                    state.nextRun = state.nextRun(of: definition, at: clock.now())
                    return nil
                }
                result = .success(state)
            } catch {
                result = .failure(error)
            }
            return .renewed(key, result)
        }
    }

    /// It is written, or could not be: then the next run's end does it.
    func renewed(_ key: ConnectionKey, _ result: Result<ConnectionState, any Error>) {
        changing.remove(key)
        renewing.remove(key)
        roster.changed(key, try? result.get(), at: clock.now())
        if case .failure(let error) = result {
            logger.debug(
                "the time of the next run was not published",
                metadata: [LogKeys.connection: "\(key)", LogKeys.error: "\(ExtractorError(error).message)"]
            )
        }
        obeyNext(key)
        if let next = rescheduled.first(where: { running[$0] == nil && !changing.contains($0) }) { obeyNext(next) }
    }
}
