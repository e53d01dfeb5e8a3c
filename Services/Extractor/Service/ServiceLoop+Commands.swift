import Failpoints
import Foundation
import Logging
import Messaging
import Model
import ServiceRuntime
import Synchronization

/// What became of a command.
struct Obeyed: Sendable {
    var key: ConnectionKey
    var asked: Asked
    var result: Result<ObeyedCommand, any Error>
}

/// Commands are obeyed one after another per connection: first the state is durable, then the effect begins. What must
/// not be lost between the two stands in the state, so that whoever has the connection after a crash begins with it.
extension ServiceLoop {
    /// The run that a command wanted to reach has ended before it could.
    struct RunIsOver: Error {}

    /// Before what could not be written is tried again.
    static let pause = Duration.seconds(1)
    /// How many commands are kept for connections that are not known yet.
    private static let mostEarly = 1000

    /// Takes up a delivery of the commands' topic.
    func takeCommand(_ delivery: Delivery) {
        guard let key = delivery.keyText.flatMap(MessageKey.connection), service.settings.selects(key) else { return }
        let obeyed = roster.state(of: key)?.lastCommandOffset(in: environment.namespace.commands)
        guard delivery.offset > max(obeyed ?? -1, pending[key]?.last?.offset ?? -1) else { return }
        guard let asked = Asked(delivery) else {
            logger.warning("a command cannot be read", metadata: [LogKeys.connection: "\(key)"])
            return
        }
        // The definition may come after the command, out of another topic.
        guard roster.definition(of: key) != nil || pending.count < Self.mostEarly else { return }
        pending[key, default: []].append(asked)
        obeyNext(key)
    }

    /// Begins with what is to be done next for the connection's state, unless something is under way.
    func obeyNext(_ key: ConnectionKey) {
        guard !changing.contains(key), let definition = roster.definition(of: key) else { return }
        guard let asked = pending[key]?.first else {
            if let report = answers[key] { return answer(report, of: key) }
            return renewNextRun(of: definition)
        }
        if let run = running[key] {
            // What is read anew is so with nothing else under way: the run goes on after it.
            if asked.command.type == .reset { return end(key, .redefined) }
            obey(asked, of: definition, at: run.desk)
        } else {
            guard roster.beginChange(key) else { return }
            obey(asked, of: definition)
        }
        changing.insert(key)
    }

    /// Through the producer of the run that is under way.
    private func obey(_ asked: Asked, of definition: ConnectionDefinition, at desk: RunDesk) {
        let (key, topic, clock) = (definition.key, environment.namespace.commands, clock)
        jobs.append {
            let told = Mutex<ObeyedCommand?>(nil)
            do {
                try Failpoint.commandTaken.hit(orFail: MessagingError.atFailpoint("publish"))
                let isThere = try await desk.change { state in
                    var (after, effect) = CommandRule.obey(
                        asked.command,
                        topic: topic,
                        offset: asked.offset,
                        state: state
                    )
                    after.nextRun = after.nextSlot(of: definition, at: clock.now())
                    state = after
                    told.withLock { [after, effect] in $0 = ObeyedCommand(state: after, effect: effect) }
                }
                guard isThere, let told = told.withLock({ $0 }) else { throw RunIsOver() }
                Failpoint.commandAcknowledged.hit()
                return .obeyed(Obeyed(key: key, asked: asked, result: .success(told)))
            } catch {
                if !(error is RunIsOver) { _ = try? await Task.sleep(for: Self.pause) }  // cancelled: the loop ends
                return .obeyed(Obeyed(key: key, asked: asked, result: .failure(error)))
            }
        }
    }

    /// With nothing of the connection under way.
    private func obey(_ asked: Asked, of definition: ConnectionDefinition) {
        let changes = changes
        jobs.append {
            let key = definition.key
            do {
                try Failpoint.commandTaken.hit(orFail: MessagingError.atFailpoint("publish"))
                let obeyed = try await changes.obey(asked, of: definition)
                Failpoint.commandAcknowledged.hit()
                return .obeyed(Obeyed(key: key, asked: asked, result: .success(obeyed)))
            } catch {
                _ = try? await Task.sleep(for: Self.pause)  // cancelled: the loop ends
                return .obeyed(Obeyed(key: key, asked: asked, result: .failure(error)))
            }
        }
    }

    /// A command's state is durable, or could not be written.
    func take(_ obeyed: Obeyed) {
        let key = obeyed.key
        changing.remove(key)
        switch obeyed.result {
        case .failure(let error):
            roster.changed(key, nil, at: clock.now())
            // The run's end comes next, and goes on with it.
            if error is RunIsOver, running[key] != nil { return }
            if !(error is RunIsOver) {
                logger.warning(
                    "a command could not be obeyed; trying again",
                    metadata: [LogKeys.connection: "\(key)", LogKeys.error: "\(ExtractorError(error).message)"]
                )
            }
        case .success(let told):
            if pending[key]?.isEmpty == false { pending[key]?.removeFirst() }
            if pending[key]?.isEmpty == true { pending[key] = nil }
            roster.changed(key, told.state, at: clock.now())
            logger.commandObeyed(obeyed.asked.command, of: key, told.state)
            begin(told.effect, of: key, obeyed.asked.command)
        }
        obeyNext(key)
    }

    private func begin(_ effect: CommandEffect, of key: ConnectionKey, _ command: Command) {
        switch effect {
        case .none, .pause, .resume, .reset: break
        case .run: roster.ask(key, by: command.id, at: clock.now())
        case .stop:
            end(key, .stopped)
            roster.forgetUnfinished(key, at: clock.now())
        case .check: check(key)
        }
    }
}

extension Logger {
    /// One line per command.
    func commandObeyed(_ command: Command, of key: ConnectionKey, _ state: ConnectionState) {
        var facts: Metadata = [
            LogKeys.connection: "\(key)", "command": "\(command.type.rawValue)", "command.id": "\(command.id)",
        ]
        guard let refusal = state.commands?.first(where: { $0.id == command.id })?.refusal else {
            return info("command obeyed", metadata: facts)
        }
        facts[LogKeys.error] = "\(refusal)"
        error("a command cannot be obeyed", metadata: facts)
    }
}
