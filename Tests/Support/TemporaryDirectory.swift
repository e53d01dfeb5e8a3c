package import Foundation

/// A directory of its own for a test; it goes when the last reference does.
package final class TemporaryDirectory: Sendable {
    package let url: URL

    package init() throws {
        url = FileManager.default.temporaryDirectory
            .appendingPathComponent("deskpipe-test-\(UUID().uuidString)", isDirectory: true)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    /// The path of a file in it.
    package func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    deinit {
        // What cannot be removed is left for the system's own clean-up: a test must not fail over it.
        try? FileManager.default.removeItem(at: url)
    }
}
