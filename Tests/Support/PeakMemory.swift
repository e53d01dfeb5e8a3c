import Foundation

/// How much more memory this process takes at its peak than when this was made. For tests in processes of their own.
package struct PeakMemory {
    private let before: Int

    package init() throws {
        before = try Self.bytes("VmRSS")
        // From here on the kernel's peak counts anew.
        try "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
    }

    /// In bytes.
    package func grown() throws -> Int { max(0, try Self.bytes("VmHWM") - before) }

    /// A line of the process's status.
    private static func bytes(_ name: String) throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("\(name):") }
        let number = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
        guard let number else { throw CocoaError(.fileReadCorruptFile) }
        return number * 1024
    }
}
