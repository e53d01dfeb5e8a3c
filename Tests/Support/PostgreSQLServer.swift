import Foundation
import Synchronization

/// A PostgreSQL server of the tests' own: in a temporary directory, on a free port of 127.0.0.1 and a unix socket.
///
/// A shell that reads commands from a pipe owns the server. It ends the server and removes the directory when the pipe
/// closes, and so also when the test process dies.
package final class PostgreSQLServer: Sendable {
    package let port: Int
    package let directory: String
    private let process: Process
    private let pipes: Mutex<(commands: FileHandle, answers: FileHandle)>

    package static let binaries: String? = {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        return versions.sorted { (Int($0) ?? 0) < (Int($1) ?? 0) }.map { "/usr/lib/postgresql/\($0)/bin" }
            .last { FileManager.default.isExecutableFile(atPath: "\($0)/initdb") }
    }()

    /// What all tests use but those that stop their server: `DESKPIPE_TEST_POSTGRES`, or a server of this process.
    package static let sharedURL: String? = {
        if let given = ProcessInfo.processInfo.environment["DESKPIPE_TEST_POSTGRES"] { return given }
        guard let server = try? PostgreSQLServer() else { return nil }
        kept.withLock { $0 = server }
        return server.url
    }()

    private static let kept = Mutex<PostgreSQLServer?>(nil)

    package var url: String { url(user: "postgres") }

    package func url(user: String) -> String { "postgresql://\(user)@127.0.0.1:\(port)/postgres" }

    package init() throws {
        guard let binaries = Self.binaries else { throw ServerError.noBinaries }
        directory = NSTemporaryDirectory() + "deskpipe-postgres-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        port = try Self.freePort()
        let commands = Pipe()
        let answers = Pipe()
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", Self.script, "postgres", binaries, directory, String(port)]
        process.standardInput = commands
        process.standardOutput = answers
        process.standardError = FileHandle.nullDevice
        pipes = Mutex((commands.fileHandleForWriting, answers.fileHandleForReading))
        try process.run()
        try awaitAnswer()
    }

    /// Ends the server at once, as a crash would.
    package func crash() throws { try send("crash") }

    package func start() throws { try send("start") }

    private func send(_ command: String) throws {
        try pipes.withLock { try $0.commands.write(contentsOf: Data("\(command)\n".utf8)) }
        try awaitAnswer()
    }

    private func awaitAnswer() throws {
        let line = pipes.withLock { $0.answers.availableData }
        guard String(decoding: line, as: UTF8.self).hasPrefix("ok") else { throw ServerError.notStarted(directory) }
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && getsockname(descriptor, address, &length) == 0
            }
        }
        guard isBound else { throw ServerError.noPort }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    enum ServerError: Error {
        case noBinaries
        case noPort
        case notStarted(String)
    }

    private static let script = """
        bin=$1; dir=$2; port=$3; as=
        if [ "$(id -u)" = 0 ]; then chown postgres "$dir"; as="setpriv --reuid=postgres --regid=postgres --clear-groups"; fi
        cd "$dir"
        $as "$bin/initdb" -D db -A trust -U postgres -E UTF8 --locale=C.UTF-8 --no-sync > init.log 2>&1 || exit 1
        printf '%s\\n' 'host all secretive 127.0.0.1/32 scram-sha-256' 'local all all trust' \
            'host all all 127.0.0.1/32 trust' > db/pg_hba.conf
        printf '%s\\n' "port=$port" "unix_socket_directories='$dir'" "listen_addresses='127.0.0.1'" 'fsync=off' \
            'full_page_writes=off' 'max_wal_size=4GB' 'shared_buffers=256MB' 'max_connections=200' \
            >> db/postgresql.conf
        begin() { $as "$bin/pg_ctl" -D db -w -t 60 -l server.log start > ctl.log 2>&1; }
        end() { $as "$bin/pg_ctl" -D db -m immediate stop > ctl.log 2>&1; }
        begin && echo ok || echo failed
        while read command; do
            case $command in
            crash) end;;
            start) begin;;
            esac && echo ok || echo failed
        done
        end
        cd /
        rm -rf "$dir"
        """
}
