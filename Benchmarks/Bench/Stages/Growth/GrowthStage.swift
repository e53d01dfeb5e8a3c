/// How processor time grows from 10^3 to 10^6 records, stage by stage; only the work is timed, not its preparation.
enum GrowthStage {
    @Sendable
    static func paths(_ workload: Workload) async throws -> [any TableLine] {
        try await bounded(workload) { try await GrowthOfPaths(workload).lines($0) }
    }

    @Sendable
    static func logs(_ workload: Workload) async throws -> [any TableLine] {
        try await bounded(workload) { try await GrowthOfLogs(workload).lines($0) }
    }

    @Sendable
    static func loading(_ workload: Workload) async throws -> [any TableLine] {
        try await bounded(workload) { try await GrowthOfLoading(workload).lines($0) }
    }

    @Sendable
    static func wholeWay(_ workload: Workload) async throws -> [any TableLine] {
        try await bounded(workload) { try await GrowthOfWholeWay(workload).lines($0) }
    }

    private static func bounded(
        _ workload: Workload,
        _ measure: ([Int]) async throws -> [Growth]
    ) async throws -> [any TableLine] {
        let options = workload.options
        let sizes = options.isQuick ? [1000, 10_000] : [1000, 10_000, 100_000, 1_000_000]
        // Of two small sizes other work on the machine decides.
        let bound = options.isQuick ? nil : Growth.most
        var lines = try await measure(sizes)
        for index in lines.indices { lines[index].bound = bound }
        return lines
    }
}

extension Growth {
    /// Measures each size.
    /// - Parameter run: as in ``Point/init(_:least:_:)``.
    init(
        _ what: String,
        _ sizes: [Int],
        least: Double = Point.least,
        comparedWith: String = "a line",
        _ run: (Int) async throws -> Double
    ) async throws {
        var points: [Point] = []
        for size in sizes { points.append(try await Point(size, least: least, run)) }
        self.init(line: "growth: \(what)", points: points, comparedWith: comparedWith)
    }
}
