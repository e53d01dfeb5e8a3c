import Foundation

/// A `mock-broker` that ends with this process at the latest.
final class BrokerProcess {
    let servers: String
    private let process = Process()
    private let input = Pipe()

    /// - Parameter topics: names and their numbers of partitions.
    init(_ path: String, topics: [String: Int32], in workload: Workload) throws {
        let file = workload.path("topics")
        try topics.map { "\($0) \($1)\n" }.joined().write(toFile: file, atomically: true, encoding: .utf8)
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["--until-stdin-ends", "--topics-file", file]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var line: [UInt8] = []
        while line.last != UInt8(ascii: "\n") {
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw BenchError("mock-broker has ended") }
            line += more
        }
        servers = String(decoding: line.dropLast(), as: UTF8.self)
    }

    /// Ends its input: a signal would not reach it, since the threads that Swift's tasks run on have signals blocked
    /// and what they start inherits that.
    func stop() {
        // It ends with its input in any case, at the latest when this process ends.
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}
