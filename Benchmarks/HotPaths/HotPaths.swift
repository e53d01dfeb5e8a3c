import Foundation

/// Runs one hot path a number of times on one thread, for who counts its instructions: what two numbers of times differ
/// by is the path's own, without start and preparation.
///
///     hot-paths PATH TIMES PAGE-FILE
///
/// It prints how many records and bytes one time handles.
@main
struct HotPaths {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let path = HotPath(rawValue: arguments[1]), let times = Int(arguments[2]) else {
            let names = HotPath.allCases.map(\.rawValue).joined(separator: " ")
            say("usage: hot-paths PATH TIMES PAGE-FILE\npaths: \(names)", to: .standardError)
            exit(2)
        }
        do {
            let turn = try path.prepared(Array(Data(contentsOf: URL(fileURLWithPath: arguments[3]))))
            for _ in 0..<times { try turn.run() }
            say("\(turn.records) \(turn.bytes)", to: .standardOutput)
        } catch {
            say("hot-paths: \(error)", to: .standardError)
            exit(1)
        }
    }

    private static func say(_ line: String, to output: FileHandle) {
        output.write(Data((line + "\n").utf8))
    }
}
