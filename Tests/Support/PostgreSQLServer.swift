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

    /// - Parameters:
    ///   - given: An empty directory to use and leave empty; nil: one of its own.
    ///   - settings: Lines of `postgresql.conf`, beside or in the place of the usual ones.
    package init(in given: String? = nil, settings: [String] = []) throws {
        guard let binaries = Self.binaries else { throw ServerError.noBinaries }
        directory = given ?? NSTemporaryDirectory() + "deskpipe-postgres-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        port = try LocalSocket.freePort()
        let commands = Pipe()
        let answers = Pipe()
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", Self.script, "postgres", binaries, directory, String(port)] + settings
        process.standardInput = commands
        process.standardOutput = answers
        process.standardError = FileHandle.nullDevice
        pipes = Mutex((commands.fileHandleForWriting, answers.fileHandleForReading))
        try process.run()
        try awaitAnswer()
    }

    /// Ends the server at once, as a crash would.
    package func crash() throws { try send("crash") }

    /// SIGKILL for the server and all its processes.
    package func kill() throws { try send("kill") }

    /// Starts the server where it is not running, and waits until it takes connections.
    package func start() throws { try send("start") }

    /// Ends all clients' sessions, as an administrator does.
    package func endSessions() throws { try send("sessions") }

    private func send(_ command: String) throws {
        try pipes.withLock { try $0.commands.write(contentsOf: Data("\(command)\n".utf8)) }
        try awaitAnswer()
    }

    private func awaitAnswer() throws {
        let line = pipes.withLock { $0.answers.availableData }
        guard String(decoding: line, as: UTF8.self).hasPrefix("ok") else { throw ServerError.notStarted(directory) }
    }

    enum ServerError: Error {
        case noBinaries
        case notStarted(String)
    }

    private static let script = """
        bin=$1; dir=$2; port=$3; as=; shift 3
        if [ "$(id -u)" = 0 ]; then chown postgres "$dir"; as="setpriv --reuid=postgres --regid=postgres --clear-groups"; fi
        cd "$dir"
        $as "$bin/initdb" -D db -A trust -U postgres -E UTF8 --locale=C.UTF-8 --no-sync > init.log 2>&1 || exit 1
        printf '%s\\n' 'host all secretive 127.0.0.1/32 scram-sha-256' 'local all all trust' \
            'host all all 127.0.0.1/32 trust' > db/pg_hba.conf
        printf '%s\\n' "port=$port" "unix_socket_directories='$dir'" "listen_addresses='127.0.0.1'" 'fsync=off' \
            'full_page_writes=off' 'max_wal_size=4GB' 'shared_buffers=256MB' 'max_connections=200' \
            "$@" >> db/postgresql.conf
        is_there() { $as "$bin/pg_ctl" -D db status > /dev/null 2>&1; }
        # One that has no room ends by itself, at once or at the end of its recovery.
        begin() {
            for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
                if is_there || $as "$bin/pg_ctl" -D db -w -t 60 -l server.log start >> ctl.log 2>&1; then
                    "$bin/pg_isready" -q -h 127.0.0.1 -p "$port" -t 10 && return 0
                fi
                sleep 0.3
            done
            return 1
        }
        end() { ! is_there || $as "$bin/pg_ctl" -D db -m immediate stop > ctl.log 2>&1; }
        fell() {
            read server < db/postmaster.pid || return 0
            all="$server $(cat /proc/$server/task/*/children)"
            kill -9 $all
            # What is not yet waited for has no program any more.
            for one in $all; do while [ -e /proc/$one/exe ]; do sleep 0.01; done; done
        }
        sessions() {
            "$bin/psql" -h 127.0.0.1 -p "$port" -U postgres -Atqc "SELECT count(pg_terminate_backend(pid)) \
                FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()" > ctl.log 2>&1
        }
        begin && echo ok || echo failed
        while read command; do
            case $command in
            crash) end;;
            kill) fell 2> /dev/null;;
            start) begin;;
            sessions) sessions || :;;
            esac && echo ok || echo failed
        done
        end
        cd /
        rm -rf "$dir"
        """
}
