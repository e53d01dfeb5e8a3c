import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ServiceRuntime

@Suite("HealthServer")
struct HealthServerTests {
    /// Serves on a port of the system's choice while `body` asks.
    private func serving(
        _ readiness: Readiness,
        _ registry: MetricRegistry = MetricRegistry([]),
        _ body: @escaping @Sendable (ListenAddress) async throws -> Void
    ) async throws {
        let port = Mutex(0)
        let any = try #require(ListenAddress(parsing: "127.0.0.1:0"))
        let server = HealthServer(any, HealthRoutes(readiness: readiness, metrics: registry), silence: .seconds(1200))
        let asking = { @Sendable () async throws in
            let address = try #require(ListenAddress(parsing: "127.0.0.1:\(port.withLock { $0 })"))
            try await body(address)
        }
        try await server.serving(onListening: { taken in port.withLock { $0 = taken } }, asking)
    }

    /// Waits as long as a machine may take that runs all tests at once.
    private func patient(_ address: ListenAddress) -> HealthProbe {
        HealthProbe(address, patience: .seconds(1200))
    }

    private func answer(_ probe: HealthProbe, _ path: String) async throws -> String {
        let (status, text) = try await probe.get(path)
        return "\(status) \(text)"
    }

    @Test("it answers whether the service lives, is ready, and what it has counted")
    func routes() async throws {
        let readiness = Readiness([.transport])
        let registry = MetricRegistry()
        try await serving(readiness, registry) { address in
            let probe = patient(address)
            #expect(try await answer(probe, "/livez") == "200 ok\n")
            #expect(try await answer(probe, "/readyz") == "503 transport: not yet known\n")
            readiness.met(.transport)
            #expect(try await answer(probe, "/readyz") == "200 transport: ok\n")
            let metrics = try await probe.get("/metrics")
            #expect(metrics.status == 200)
            #expect(metrics.text.contains("deskpipe_ready{condition=\"transport\"} 1\n"))
            #expect(metrics.text.contains("process_resident_memory_bytes "))
            #expect(metrics.text.contains("loader_lag_records 0\n"))
            #expect(try await answer(probe, "/elsewhere").hasPrefix("404 "))
        }
    }

    @Test("connections that come while it ends are closed, and end nothing else", arguments: 0..<6)
    func connecting(round: Int) async throws {
        let connections = Mutex<[Int32]>([])
        try await serving(Readiness([])) { address in
            let connected = try await LocalSocket.connected(12, to: address.port)
            connections.withLock { $0 = connected }
        }
        #expect(try await LocalSocket.areClosed(connections.withLock { $0 }))
    }

    @Test("it answers many at once, and is gone when the work is done")
    func ends() async throws {
        let readiness = Readiness([])
        let seen = Mutex<ListenAddress?>(nil)
        try await serving(readiness) { address in
            seen.withLock { $0 = address }
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<50 { group.addTask { try await patient(address).get("/livez").status } }
                for try await status in group { #expect(status == 200) }
            }
        }
        let address = try #require(seen.withLock { $0 })
        await #expect(throws: HealthError.noAnswer(address)) { _ = try await patient(address).get("/livez") }
    }

    @Test("a connection that says nothing holds up neither the others nor the end")
    func silentClient() async throws {
        try await serving(Readiness([])) { address in
            let silent = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(silent) }
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = in_port_t(UInt16(address.port).bigEndian)
            name.sin_addr.s_addr = inet_addr("127.0.0.1")
            let status = withUnsafePointer(to: name) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(silent, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            #expect(status == 0)
            let text = try await answer(patient(address), "/livez")
            #expect(text == "200 ok\n")
        }
    }

    @Test("a port that is taken is an error that names it, before the work begins")
    func portTaken() async throws {
        try await serving(Readiness([])) { address in
            let second = HealthServer(address, HealthRoutes(readiness: Readiness([]), metrics: MetricRegistry([])))
            await #expect(throws: HealthError.cannotListen(address)) {
                try await second.serving { Issue.record("the work began") }
            }
        }
    }

    @Test("an error of the work is passed on")
    func failingWork() async throws {
        struct Fault: Error {}
        await #expect(throws: Fault.self) { try await serving(Readiness([])) { _ in throw Fault() } }
    }
}
