import Foundation
import Logging
import Messaging
import Model
import ServiceRuntime

/// One life of the service in its group. Everything is decided in one task, which waits for the next of: something from
/// the log, the end of a run, the end of a change of state. Runs are children of their own.
final class ServiceLoop {
    enum Event: Sendable {
        case received(Reception)
        case notReceived(MessagingError)
        case refused(any Error)
        case ended(ConnectionKey, RunOutcome)
        case obeyed(Obeyed)
        case renewed(ConnectionKey, Result<ConnectionState, any Error>)
        case checked(ConnectionKey, CheckReport?)
        case answered(ConnectionKey, Answered)
        case graceIsOver
        case stopAsked
    }

    /// What is known of a run that is under way.
    struct Running {
        var stop: StopSignal
        var desk: RunDesk
    }

    /// A poll ends at least this often: so long may something due be late, and a step of the clock go unnoticed.
    private static let beat = Duration.seconds(1)
    private static let deliveriesAtOnce = 500
    private static let bytesAtOnce = 4 << 20

    let service: ExtractorService
    let consumer: any MessageConsumer
    let stop: StopSignal
    private let reading: PartitionReading
    var ownership: Ownership
    var roster: Roster
    var running: [ConnectionKey: Running] = [:]
    /// Behind what was taken up.
    private var next: [TopicPartition: Int64] = [:]
    /// To be begun before the next wait.
    var jobs: [@Sendable () async -> Event] = []
    /// Commands that are still to be obeyed, in the order of their offsets.
    var pending: [ConnectionKey: [Asked]] = [:]
    /// Connections whose state is being changed.
    var changing: Set<ConnectionKey> = []
    /// Connections whose state tells of a next run that is not on their schedule any more.
    var rescheduled: Set<ConnectionKey> = []
    /// Those of them that are being seen to.
    var renewing: Set<ConnectionKey> = []
    /// By connection, the command of the check that is under way.
    var checking: [ConnectionKey: String] = [:]
    /// What checks found that is not durable yet.
    var answers: [ConnectionKey: CheckReport] = [:]
    let changes: StateChange
    private var isPolling = false
    private var isStopping = false

    var environment: ExtractorEnvironment { service.environment }
    var logger: Logger { service.environment.logger }
    var clock: any WallClock { service.environment.clock }

    init(_ service: ExtractorService, _ consumer: any MessageConsumer, _ stop: StopSignal) {
        self.service = service
        self.consumer = consumer
        self.stop = stop
        reading = PartitionReading(
            transport: service.environment.transport,
            namespace: service.environment.namespace
        )
        changes = StateChange(service.environment)
        ownership = Ownership(sessionTimeout: service.settings.sessionTimeout)
        roster = Roster(concurrency: service.settings.concurrency, turn: service.settings.turn)
    }

    func run() async throws {
        let stop = stop
        jobs.append {
            await stop.wait()
            return .stopAsked
        }
        poll()
        try await withThrowingTaskGroup(of: Event.self) { group in
            defer { group.cancelAll() }
            repeat {
                for job in jobs { group.addTask { await job() } }
                jobs = []
                guard let event = try await group.next() else { return }
                try await take(event)
                MetricNames.connectionsOwned.set(Double(roster.count))
                if !isStopping {
                    startRuns()
                    poll()
                }
            } while !isStopping || !running.isEmpty
        }
    }

    private func take(_ event: Event) async throws {
        switch event {
        case .received(let reception):
            isPolling = false
            ownership.polled(at: .now)
            if isStopping { return }
            if let assignment = reception.assignment { take(assignment) }
            take(reception.deliveries)
            await readPartitions()
            await commit(reception.deliveries)
        case .notReceived(let error):
            isPolling = false
            logger.warning("the group cannot be heard; trying again", metadata: [LogKeys.error: "\(error.message)"])
        case .refused(let error): throw error
        case .ended(let key, let outcome): ended(key, outcome)
        case .obeyed(let obeyed): take(obeyed)
        case .renewed(let key, let result): renewed(key, result)
        case .checked(let key, let report): checked(key, report)
        case .answered(let key, let answered): self.answered(key, answered)
        case .graceIsOver:
            if !running.isEmpty { logger.warning("runs did not end in time", metadata: names(running.keys)) }
            running = [:]
        case .stopAsked:
            isStopping = true
            for key in running.keys { end(key, .handedOver) }
            let grace = service.settings.grace
            jobs.append {
                _ = try? await Task.sleep(for: grace)  // cancelled: the loop ends
                return .graceIsOver
            }
        }
    }

    // MARK: The group

    private func poll() {
        guard !isPolling else { return }
        isPolling = true
        let consumer = consumer
        let untilDue = roster.nextDue.map { $0 - clock.now() } ?? Self.beat
        let wait = min(Self.beat, max(.milliseconds(10), untilDue))
        jobs.append {
            do {
                let reception = try await consumer.receive(
                    atMost: Self.deliveriesAtOnce,
                    bytes: Self.bytesAtOnce,
                    within: wait
                )
                return .received(reception)
            } catch let error as MessagingError {
                guard case .retry(let pause) = error.recovery else { return .refused(error) }
                _ = try? await Task.sleep(for: pause)  // cancelled: the loop ends
                return .notReceived(error)
            } catch {
                return .refused(error)
            }
        }
    }

    private func take(_ assignment: Assignment) {
        if assignment.isUndecided {
            logger.debug("the group shares its partitions out anew")
            return ownership.suspend()
        }
        let topic = environment.namespace.connections
        let partitions = Set(assignment.starts.keys.filter { $0.topic == topic }.map(\.partition))
        let before = ownership.partitions
        let lost = ownership.assign(partitions)
        next = next.filter { !lost.contains($0.key.partition) }
        pending = pending.filter { !lost.contains(self.partition(of: $0.key)) }
        rescheduled = rescheduled.filter { !lost.contains(self.partition(of: $0)) }
        checking = checking.filter { !lost.contains(self.partition(of: $0.key)) }
        answers = answers.filter { !lost.contains(self.partition(of: $0.key)) }
        let ending = roster.lose(lost)
        for key in ending { tell(key, .handedOver) }
        if partitions.isEmpty { service.settings.readiness.met(.assignment) }
        guard before != partitions else { return }
        logger.info(
            "partitions assigned",
            metadata: ["partitions": "\(partitions.sorted())", "ending": "\(ending.count)"]
        )
    }

    /// Takes up what the process was given: nothing of it starts before all of it is known.
    private func readPartitions() async {
        let unread = ownership.unread
        guard !unread.isEmpty else { return }
        let contents: PartitionContents
        do {
            let reading = reading
            contents = try await stop.interrupting { try await reading.contents(of: unread) }
        } catch is CancellationError {
            return
        } catch {
            logger.warning(
                "connections cannot be read; trying again",
                metadata: [LogKeys.error: "\(ExtractorError(error).message)"]
            )
            return
        }
        next.merge(contents.next) { $1 }
        for key in contents.unreadable {
            logger.warning("a connection's definition cannot be read", metadata: ["kafka.message.key": "\(key)"])
        }
        for definition in contents.connections {
            let state = contents.states[definition.key]
            define(definition, state: state ?? ConnectionState())
            if let state { compareSchedule(of: definition, state) }
            check(definition.key)
        }
        let present = Set(contents.connections.map(\.key))
        for key in roster.connections(in: Set(unread)) where !present.contains(key) { remove(key) }
        for partition in unread { ownership.hasRead(partition) }
        for command in contents.commands { takeCommand(command) }
        logger.info("connections taken up", metadata: ["partitions": "\(unread)", "count": "\(present.count)"])
        service.settings.readiness.met(.assignment)
    }

    // MARK: What the log brings

    private func take(_ deliveries: [Delivery]) {
        let topic = environment.namespace.connections
        for delivery in deliveries where ownership.isReady(delivery.partition) {
            let partition = delivery.topicPartition
            // What was read when the partition came is known already.
            if let next = next[partition], delivery.offset < next { continue }
            next[partition] = delivery.offset + 1
            if delivery.topic == topic { takeDefinition(delivery) } else { takeCommand(delivery) }
        }
    }

    private func takeDefinition(_ delivery: Delivery) {
        guard let key = delivery.keyText.flatMap(MessageKey.connection) else { return }
        guard delivery.value != nil else { return remove(key) }
        var registry = ConnectionRegistry()
        registry.apply(delivery)
        guard let definition = registry[key] else {
            logger.warning("a connection's definition cannot be read", metadata: ["kafka.message.key": "\(key)"])
            return
        }
        define(definition, state: nil)
    }

    /// There is no such connection any more.
    private func remove(_ key: ConnectionKey) {
        pending[key] = nil
        rescheduled.remove(key)
        checking[key] = nil
        answers[key] = nil
        if let ending = roster.remove(key) { tell(key, ending) }
    }

    private func define(_ definition: ConnectionDefinition, state: ConnectionState?) {
        guard service.settings.selects(definition.key) else { return }
        let before = roster.definition(of: definition.key)
        let ending = roster.define(
            definition,
            partition: partition(of: definition.key),
            state: state,
            at: clock.now()
        )
        if let ending { tell(definition.key, ending) }
        if let before, before.schedule != definition.schedule || before.schedules != definition.schedules {
            noteSchedule(of: definition.key)
        } else {
            obeyNext(definition.key)
        }
    }

    /// So that the group's lag tells something, and a log with a retention goes on; what counts is in the states.
    private func commit(_ deliveries: [Delivery]) async {
        var offsets: [TopicPartition: Int64] = [:]
        for delivery in deliveries where ownership.isReady(delivery.partition) {
            offsets[delivery.topicPartition] = delivery.offset + 1
        }
        guard !offsets.isEmpty else { return }
        do {
            try await consumer.commit(offsets)
        } catch {
            logger.debug("offsets not committed", metadata: [LogKeys.error: "\(ExtractorError(error).message)"])
        }
    }

    private func partition(of key: ConnectionKey) -> Int32 {
        environment.transport.partition(of: key)
    }

    private func names(_ keys: some Sequence<ConnectionKey>) -> Logger.Metadata {
        [LogKeys.connection: "\(keys.sorted().map(\.description).joined(separator: " "))"]
    }
}
