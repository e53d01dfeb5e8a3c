import Foundation

/// A Kafka broker for tests, in a process of its own: librdkafka's mock cluster.
///
///     mock-broker [--brokers 1] [--partitions 12] [--port-file PATH] [--topics-file PATH] [--until-stdin-ends]
///
/// The first line on standard output is the bootstrap servers. Then each line of standard input is a command (see
/// ``MockCommand``), answered by one line, `ok` or `error REASON`. A topic that nobody made with `topic` gets four
/// partitions when a client first asks for it, even to subscribe, so name the topics before clients do: by command
/// or in the topics file (`NAME [PARTITIONS]` a line). It holds everything in memory, keeps about 5 MiB a partition and
/// isolates nothing.
@main
struct MockBroker {
    static func main() {
        // A parent's thread may have blocked signals, and a child inherits that.
        var terminate = sigset_t()
        sigemptyset(&terminate)
        sigaddset(&terminate, SIGTERM)
        sigprocmask(SIG_UNBLOCK, &terminate, nil)
        guard let options = MockOptions(Array(CommandLine.arguments.dropFirst())) else {
            fail(MockOptions.usage, status: 2)
        }
        guard let cluster = MockCluster(brokers: options.brokers, partitions: options.partitions) else {
            fail("mock-broker: cannot start the cluster", status: 1)
        }
        do {
            if let path = options.topicsFile { try cluster.createTopics(listedIn: path) }
            if let path = options.portFile {
                try Data((cluster.bootstrapServers + "\n").utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
            }
        } catch {
            fail("mock-broker: \(error)", status: 1)
        }
        say(cluster.bootstrapServers)
        serve(cluster, untilInputEnds: options.endsWithInput)
    }

    /// Obeys until `quit`. When its input ends it stays, so that it may run in the background, unless told otherwise.
    private static func serve(_ cluster: MockCluster, untilInputEnds: Bool) {
        while let line = readLine() {
            guard let command = MockCommand(line) else {
                say("error not a command: \(line)")
                continue
            }
            if command == .quit { return }
            say(cluster.perform(command).map { "error \($0)" } ?? "ok")
        }
        while !untilInputEnds { pause() }
    }

    private static func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    private static func fail(_ line: String, status: Int32) -> Never {
        FileHandle.standardError.write(Data((line + "\n").utf8))
        exit(status)
    }
}
