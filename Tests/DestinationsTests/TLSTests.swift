import Destinations
import Foundation
import Loader
import Logging
import Model
import TestSupport
import Testing

/// TLS by libpq's own names, against a server with a certificate of a made-up authority.
@Suite(
    "PostgreSQL: TLS",
    .enabled(if: PostgreSQLServer.binaries != nil && Authority.isPossible, "no PostgreSQL or no openssl here"),
    .timeLimit(.minutes(30))
)
struct TLSTests {
    @Test("the server's certificate and name are proved as sslmode says, and what is wrong is said with its mend")
    func proves() async throws {
        let server = try PostgreSQLServer()
        let fixture = try DestinationFixture(.postgresql, url: server.url)
        let check = { (mode: String?, certificate: String?, host: String) in
            try await Self.check(fixture, server, mode, certificate, host)
        }
        let withoutTLS = try await check("require", nil, "localhost")
        #expect(withoutTLS?.contains("ssl = on") == true, "\(withoutTLS ?? "passed")")

        let own = try Authority(named: "own", in: server.directory)
        let other = try Authority(named: "other", in: server.directory)
        try own.certify("localhost")
        // The server reads its certificate anew without an end.
        let place = server.directory
        try fixture.query("ALTER SYSTEM SET ssl_cert_file = '\(place)/own-server.crt'")
        try fixture.query("ALTER SYSTEM SET ssl_key_file = '\(place)/own-server.key'")
        try fixture.query("ALTER SYSTEM SET ssl = on")
        try fixture.query("SELECT pg_reload_conf()")
        while try fixture.query("SHOW ssl") != [["on"]] { try await Task.sleep(for: .milliseconds(3)) }

        for mode in ["verify-full", "verify-ca"] {
            #expect(try await check(mode, own.certificate, "localhost") == nil)
            let untrusted = try await check(mode, other.certificate, "localhost")
            #expect(untrusted?.contains("certificate verify failed") == true, "\(untrusted ?? "passed")")
            #expect(untrusted?.contains("sslrootcert") == true)
            let bundle = try await check(mode, nil, "localhost")
            #expect(bundle?.contains("certificate verify failed") == true, "\(bundle ?? "passed")")
            let missing = try await check(mode, "\(place)/nowhere.crt", "localhost")
            #expect(missing?.contains("sslrootcert") == true, "\(missing ?? "passed")")
        }
        let misnamed = try await check("verify-full", own.certificate, "127.0.0.1")
        #expect(
            misnamed?.contains("127.0.0.1") == true && misnamed?.contains("host") == true,
            "\(misnamed ?? "passed")"
        )
        #expect(try await check("verify-ca", own.certificate, "127.0.0.1") == nil)
        // `prefer` takes the TLS that there is, and `require` asks for no proof.
        for mode in [nil, "prefer", "require"] { #expect(try await check(mode, nil, "localhost") == nil) }
        #expect(try Self.isEncrypted(fixture, server, "require") == true)
        #expect(try Self.isEncrypted(fixture, server, "disable") == false)
    }

    /// What is said where loading would not work; nil where it would.
    private static func check(
        _ fixture: DestinationFixture,
        _ server: PostgreSQLServer,
        _ mode: String?,
        _ certificate: String?,
        _ host: String
    ) async throws -> String? {
        let settings = DestinationSettings(
            url: "postgresql://postgres@\(host):\(server.port)/postgres",
            sslmode: mode,
            options: certificate.map { ["sslrootcert": $0] } ?? [:]
        )
        let destination = try DestinationKind.open(settings, logger: Logger(label: "test"))
        do {
            try await destination.check(fixture.schema)
            return nil
        } catch let error as DestinationError {
            return error.message
        }
    }

    private static func isEncrypted(
        _ fixture: DestinationFixture,
        _ server: PostgreSQLServer,
        _ mode: String
    ) throws -> Bool {
        let url = "postgresql://postgres@localhost:\(server.port)/postgres?sslmode=\(mode)"
        let beside = try DestinationFixture(.postgresql, url: url, schema: fixture.schema)
        return try beside.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") == [["t"]]
    }
}

/// A certificate authority of the tests' own, made by openssl.
private struct Authority {
    let certificate: String
    private let name: String
    private let directory: String

    static let isPossible = (try? run(["version"])) != nil

    init(named name: String, in directory: String) throws {
        self.name = name
        self.directory = directory
        certificate = "\(directory)/\(name).crt"
        try Self.run([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=\(name) authority", "-keyout", "\(directory)/\(name).key", "-out", certificate,
        ])
    }

    /// Makes a server's certificate and key that the server's user can read.
    func certify(_ host: String) throws {
        let base = "\(directory)/\(name)-server"
        try Self.run([
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=\(host)",
            "-keyout", "\(base).key", "-out", "\(base).csr",
        ])
        try "subjectAltName=DNS:\(host)\n".write(toFile: "\(base).ext", atomically: true, encoding: .utf8)
        try Self.run([
            "x509", "-req", "-in", "\(base).csr", "-CA", certificate, "-CAkey", "\(directory)/\(name).key",
            "-CAcreateserial", "-days", "2", "-extfile", "\(base).ext", "-out", "\(base).crt",
        ])
        let owner = try FileManager.default.attributesOfItem(atPath: "\(directory)/db")
        try FileManager.default.setAttributes(
            [.ownerAccountID: owner[.ownerAccountID] ?? 0, .posixPermissions: 0o600],
            ofItemAtPath: "\(base).key"
        )
    }

    private static func run(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
    }
}
