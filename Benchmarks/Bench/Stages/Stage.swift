/// A part of the product that is measured.
struct Stage: Sendable {
    var name: String
    var isPossible: @Sendable (BenchOptions) -> Bool = { _ in true }
    var run: @Sendable (Workload) async throws -> [any TableLine]

    /// In the order of a record's way; a new one is an entry here.
    static let all: [Stage] = [
        Stage(name: "scan", run: PageScanning.run),
        Stage(name: "decode", run: PageDecoding.run),
        Stage(name: "messages", run: MessageMaking.run),
        Stage(name: "embedded", run: EmbeddedLogging.run),
        Stage(name: "kafka", isPossible: { $0.mockBroker != nil }, run: KafkaPublishing.run),
        Stage(name: "route", run: Routing.run),
        Stage(name: "map", run: Mapping.run),
        Stage(name: "copy", run: CopyEncoding.run),
        Stage(name: "loader", run: LoaderWork.run),
        Stage(name: "sqlite", run: SQLiteLoading.run),
        Stage(name: "postgresql", isPossible: { $0.postgres != nil }, run: PostgreSQLLoading.run),
        Stage(
            name: "requests",
            isPossible: { $0.deskpipe != nil && $0.simulatorProgram != nil },
            run: RequestCounting.run
        ),
        Stage(name: "idle", isPossible: { $0.deskpipe != nil }, run: IdleConnections.run),
        Stage(name: "unchanged", isPossible: { $0.postgres != nil }, run: UnchangedReading.run),
        Stage(name: "memory", isPossible: { $0.deskpipe != nil }, run: MemoryBound.run),
        Stage(
            name: "six",
            isPossible: { $0.deskpipe != nil && $0.simulatorProgram != nil },
            run: SixStreams.run
        ),
        Stage(name: "whole", isPossible: { $0.deskpipe != nil }, run: WholeWay.run),
        Stage(name: "growth-paths", run: GrowthStage.paths),
        Stage(name: "growth-loading", run: GrowthStage.loading),
        Stage(name: "growth-whole", run: GrowthStage.wholeWay),
        Stage(name: "growth-logs", run: GrowthStage.logs),
        Stage(
            name: "instructions",
            isPossible: { $0.hotPaths != nil && $0.simulatorProgram != nil },
            run: InstructionCounting.run
        ),
    ]
}
