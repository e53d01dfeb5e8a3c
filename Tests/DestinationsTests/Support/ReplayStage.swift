import Catalog
import Foundation
import Loader
import Messaging
import Model
import TestSupport
import Testing

/// A clock that stands still, and on which who waits does wait.
private struct WaitingClock: WallClock {
    let time: Timestamp

    func now() -> Timestamp { time }
    func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }
}

/// Rejected records of tests, and what loads them again.
struct ReplayStage {
    static let topic = "deskpipe.records.zendesk-support.tickets"
    static let time = Timestamp(seconds: 1_795_168_000)

    let schema: any DestinationSchema
    var settings = BatchSettings(rows: 40, bytes: 1 << 20, age: .seconds(60))
    var streams = [RecordLoader.tickets]

    /// A row of `_sdc_rejected`.
    static func row(
        _ record: String,
        table: String = "tickets",
        reason: String = "the destination refused it: too odd",
        sequence: Int64? = 1000,
        version: Int64? = nil,
        offset: Int64 = 7,
        isReplayable: Bool = true
    ) -> RejectedRow {
        RejectedRow(
            table: table,
            reason: reason,
            record: record,
            rejectedAt: time,
            extractedAt: time - .seconds(60),
            sequence: sequence,
            tableVersion: version,
            topic: topic,
            partition: 3,
            offset: offset,
            replayable: isReplayable
        )
    }

    /// Puts rows into `_sdc_rejected` as a loader does.
    func reject(_ rows: [RejectedRow]) async throws {
        _ = try await schema.load(LoadBatch(rejected: rows)) { _ in Conclusion(reports: [], outbox: []) }
    }

    func replay(_ selection: RejectedSelection = RejectedSelection()) async throws -> [ReplayedTable] {
        try await RejectReplay(
            Self.definition(),
            schema: schema,
            catalogue: Dictionary(uniqueKeysWithValues: streams.map { ($0.stream, $0) }),
            namespace: try #require(Namespace(rawValue: "deskpipe")),
            settings: settings,
            clock: WaitingClock(time: Self.time + .seconds(3600))
        ).run(selection)
    }

    /// Loads records as a loader does, finding those that the destination refuses.
    /// - Returns: the reasons by offset.
    func load(_ records: [String], of stream: StreamSchema, from sequence: Int64 = 1) async throws -> [Int64: String] {
        let builder = BatchBuilder(
            catalogue: [stream.stream: stream],
            catalog: try await schema.catalog(),
            filter: PositionFilter()
        )
        let events = records.enumerated().map { place, record in
            let data = Bytes(record.utf8)
            let envelope = EventEnvelope(
                type: .upsert,
                connection: DestinationFixture.owner.connection,
                stream: stream.stream,
                subject: "s\(place)",
                time: Self.time,
                sequence: sequence + Int64(place),
                tableVersion: nil,
                run: RunID(rawValue: "01JD0000000000000000000000")
            )
            let delivery = Delivery(
                topic: Self.topic,
                partition: 3,
                offset: sequence + Int64(place),
                timestamp: Self.time,
                key: nil,
                value: data
            )
            let event = RecordEvent(envelope: envelope, data: data)
            return BatchEvent(stream: stream.stream, delivery: delivery, content: .upsert(event))
        }
        let load = RefusingLoad(builder: builder, events: events, schema: schema, at: Self.time)
        let definition = try Self.definition()
        let namespace = try #require(Namespace(rawValue: "deskpipe"))
        let unmoved: (inout BatchPlan) -> Void = { $0.load.positions = [] }
        let (plan, _) = try await load.run(adapting: unmoved) { plan, outcome in
            try plan.conclusion(
                outcome,
                of: definition,
                namespace: namespace,
                startedAt: Self.time,
                completedAt: Self.time
            )
        }
        return Dictionary(uniqueKeysWithValues: plan.load.rejected.map { ($0.offset, $0.reason) })
    }

    static func definition() throws -> ConnectionDefinition {
        ConnectionDefinition(
            tenant: DestinationFixture.owner.connection.tenant,
            id: DestinationFixture.owner.connection.connection,
            name: "zendesk",
            schema: try #require(SchemaName(rawValue: "zendesk")),
            source: .support,
            subdomain: try #require(SitePrefix(rawValue: "acme")),
            auth: .oauthToken(token: try #require(SecretReference(parsing: "env:TOKEN"))),
            startDate: Timestamp(seconds: 0)
        )
    }
}

extension DestinationFixture {
    func count(_ sql: String) throws -> Int { try query(sql).first?.first.flatMap { $0 }.flatMap { Int($0) } ?? -1 }
}
