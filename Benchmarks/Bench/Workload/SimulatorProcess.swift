/// A simulated account of its own size beside the workload's.
struct SimulatorProcess {
    /// When all records end: fixed, so that the same account is the same at each run.
    static let end = "2025-06-01T00:00:00Z"

    private let process: BackgroundProcess

    /// - Parameter options: further ones of `zendesk-simulator`.
    init(_ program: String, tickets: Int, _ workload: Workload, _ options: [String] = []) async throws {
        let portFile = workload.path("port")
        process = try await BackgroundProcess(
            [
                program, "--port", "0", "--port-file", portFile, "--tickets", "\(tickets)", "--hold-back", "0", "--end",
                Self.end,
            ] + ["requests", "exports", "users"].flatMap { ["--\($0)-per-minute", "1000000"] } + options,
            portFile: portFile
        )
    }

    var port: Int { process.port }
    var url: String { "http://127.0.0.1:\(port)" }

    func stop() { process.stop() }
}
