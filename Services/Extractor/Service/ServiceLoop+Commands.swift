import Foundation
import Logging
import Messaging
import Model
import ServiceRuntime
import Synchronization

/// A command and where it stands in its partition.
struct Asked: Sendable {
    var command: Command
    var offset: Int64
}

/// What became of a command.
struct Obeyed: Sendable {
    var key: ConnectionKey
    var asked: Asked
    var result: Result<(state: ConnectionState, effect: CommandEffect), any Error>
}

/// Commands are obeyed one after another per connection: first the state is durable, then the effect begins.
extension ServiceLoop {
    /// The run that a command wanted to reach has ended before it could.
    struct RunIsOver: Error {}

    private static let pause = Duration.seconds(1)

    /// Takes up a delivery of the commands' topic.
    func takeCommand(_ delivery: Delivery) {
        guard let key = delivery.keyText.flatMap(MessageKey.connection), roster.definition(of: key) != nil else {
            return
        }
        let last = max(roster.state(of: key)?.lastCommandOffset ?? -1, pending[key]?.last?.offset ?? -1)
        guard delivery.offset > last else { return }
        guard let value = delivery.value, let command = try? JSONDecoder().decode(Command.self, from: Data(value))
        else {
            logger.warning("a command cannot be read", metadata: ["pipeline.connection.id": "\(key)"])
            return
        }
        pending[key, default: []].append(Asked(command: command, offset: delivery.offset))
        obeyNext(key)
    }

    /// Begins with the connection's next command, unless one is under way.
    func obeyNext(_ key: ConnectionKey) {
        guard !obeying.contains(key), let asked = pending[key]?.first else { return }
        guard let definition = roster.definition(of: key), let state = roster.state(of: key) else {
            pending[key] = nil
            return
        }
        let (_, effect) = CommandRule.obey(asked.command, offset: asked.offset, state: state)
        if let run = running[key] {
            // What is read anew, or checked, is so with nothing else under way: the run goes on after it.
            if effect.needsRest { return end(key, .redefined) }
            obey(asked, of: key, at: run.desk)
        } else {
            guard roster.beginChange(key) else { return }
            obey(asked, of: definition, effect)
        }
        obeying.insert(key)
    }

    /// Through the producer of the run that is under way.
    private func obey(_ asked: Asked, of key: ConnectionKey, at desk: RunDesk) {
        jobs.append {
            let told = Mutex<(state: ConnectionState, effect: CommandEffect)?>(nil)
            do {
                let isThere = try await desk.change { state in
                    let (after, effect) = CommandRule.obey(asked.command, offset: asked.offset, state: state)
                    state = after
                    told.withLock { $0 = (after, effect) }
                }
                guard isThere, let told = told.withLock({ $0 }) else { throw RunIsOver() }
                return .obeyed(Obeyed(key: key, asked: asked, result: .success(told)))
            } catch {
                if !(error is RunIsOver) { _ = try? await Task.sleep(for: Self.pause) }  // cancelled: the loop ends
                return .obeyed(Obeyed(key: key, asked: asked, result: .failure(error)))
            }
        }
    }

    /// With nothing of the connection under way.
    private func obey(_ asked: Asked, of definition: ConnectionDefinition, _ effect: CommandEffect) {
        let (changes, key) = (changes, definition.key)
        let plan = resetPlan(effect, definition)
        jobs.append {
            let told = Mutex<CommandEffect>(.none)
            do {
                let state = try await changes.perform(on: key, resetting: plan) { state in
                    let (after, effect) = CommandRule.obey(asked.command, offset: asked.offset, state: state)
                    state = after
                    if effect == .stop { state.unfinishedSince = nil }
                    told.withLock { $0 = effect }
                }
                let result = (state: state, effect: told.withLock { $0 })
                return .obeyed(Obeyed(key: key, asked: asked, result: .success(result)))
            } catch {
                _ = try? await Task.sleep(for: Self.pause)  // cancelled: the loop ends
                return .obeyed(Obeyed(key: key, asked: asked, result: .failure(error)))
            }
        }
    }

    /// What a reset reads anew; nil where there is none, or where it cannot be done, which is told.
    private func resetPlan(_ effect: CommandEffect, _ definition: ConnectionDefinition) -> ResetPlan? {
        guard case .reset(let stream, let from) = effect else { return nil }
        do {
            let names = stream.map { [$0.rawValue] } ?? []
            return try ResetPlan(of: definition, streams: names, from: from, now: clock.now())
        } catch {
            logger.error(
                "a reset cannot be done",
                metadata: [
                    "pipeline.connection.id": "\(definition.key)", "error.message": "\(ExtractorError(error).message)",
                ]
            )
            return nil
        }
    }

    /// A command's state is durable, or could not be written.
    func take(_ obeyed: Obeyed) {
        let key = obeyed.key
        obeying.remove(key)
        switch obeyed.result {
        case .failure(let error):
            roster.changed(key, nil, at: clock.now())
            // The run's end comes next, and goes on with it.
            if error is RunIsOver, running[key] != nil { return }
            if !(error is RunIsOver) {
                logger.warning(
                    "a command could not be obeyed; trying again",
                    metadata: [
                        "pipeline.connection.id": "\(key)", "error.message": "\(ExtractorError(error).message)",
                    ]
                )
            }
        case .success(let (state, effect)):
            if pending[key]?.isEmpty == false { pending[key]?.removeFirst() }
            if pending[key]?.isEmpty == true { pending[key] = nil }
            roster.changed(key, state, at: clock.now())
            logger.info(
                "command obeyed",
                metadata: [
                    "pipeline.connection.id": "\(key)", "command": "\(obeyed.asked.command.type.rawValue)",
                    "command.id": "\(obeyed.asked.command.id)",
                ]
            )
            begin(effect, of: key)
        }
        obeyNext(key)
    }

    private func begin(_ effect: CommandEffect, of key: ConnectionKey) {
        switch effect {
        case .none, .pause, .resume, .reset: break
        case .run: roster.ask(key, at: clock.now())
        case .stop:
            end(key, .stopped)
            roster.forgetUnfinished(key, at: clock.now())
        case .check: check(key)
        }
    }
}

extension CommandEffect {
    /// True where nothing of the connection may run meanwhile.
    fileprivate var needsRest: Bool {
        if case .reset = self { true } else { false }
    }
}
