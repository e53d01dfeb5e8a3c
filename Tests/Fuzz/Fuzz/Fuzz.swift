import CLibFuzzer
import Foundation

/// Runs one target under libFuzzer: `Fuzz TARGET [libFuzzer's arguments]`; `Fuzz` alone lists the targets.
@main
struct Fuzz {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count > 1, let target = FuzzTarget.all.first(where: { $0.name == arguments[1] }) else {
            for target in FuzzTarget.all { print(target.name) }
            exit(arguments.count > 1 ? 2 : 0)
        }
        body = target.body
        let kept = [arguments[0], "-max_len=\(target.longest)"] + arguments.dropFirst(2)
        // libFuzzer keeps them for the life of the process.
        let texts = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: kept.count + 1)
        for (place, text) in kept.enumerated() { texts[place] = strdup(text) }
        texts[kept.count] = nil
        var count = CInt(kept.count)
        var start: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = texts
        exit(
            LLVMFuzzerRunDriver(&count, &start) { start, count in
                Fuzz.body(Array(UnsafeBufferPointer(start: start, count: count)))
                return 0
            }
        )
    }

    /// What the callback calls, which can capture nothing.
    // Set once before libFuzzer starts, and read by its one thread.
    nonisolated(unsafe) private static var body: ([UInt8]) -> Void = { _ in }
}

/// What is fuzzed: an input goes in, and whatever must hold for every input is checked.
struct FuzzTarget: Sendable {
    /// As the command line, the corpus and the dictionary name it.
    var name: String
    /// The longest input, in bytes.
    var longest: Int
    var body: @Sendable ([UInt8]) -> Void

    /// In the order in which they run; a new one is an entry here and a folder in `Corpus`.
    static let all: [FuzzTarget] = [
        FuzzTarget(name: "scanner", longest: 512, body: fuzzScanner),
        FuzzTarget(name: "events", longest: 640, body: fuzzEvents),
        FuzzTarget(name: "dates", longest: 64, body: fuzzDates),
        FuzzTarget(name: "names", longest: 128, body: fuzzNames),
        FuzzTarget(name: "cron", longest: 96, body: fuzzCron),
        FuzzTarget(name: "headers", longest: 192, body: fuzzHeaders),
        FuzzTarget(name: "values", longest: 96, body: fuzzValues),
        FuzzTarget(name: "settings", longest: 1024, body: fuzzSettings),
        FuzzTarget(name: "copy", longest: 512, body: fuzzCopy),
    ]
}

/// What must hold; where it does not, the input is a finding.
func check(_ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String, line: UInt = #line) {
    guard !condition() else { return }
    found(message(), line: line)
}

/// Ends the process with a finding: libFuzzer writes the input to a file.
func found(_ message: String, line: UInt = #line) -> Never {
    FileHandle.standardError.write(Data("FINDING (line \(line)): \(message)\n".utf8))
    fatalError(message)
}
