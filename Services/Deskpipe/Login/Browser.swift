import Foundation

/// The person's browser, where there is one.
enum Browser {
    /// Opens an address; nothing happens on a machine without a display.
    static func open(_ url: String, environment: [String: String] = ProcessInfo.processInfo.environment) {
        let hasDisplay = ["DISPLAY", "WAYLAND_DISPLAY"].contains { environment[$0]?.isEmpty == false }
        let program = "/usr/bin/xdg-open"
        guard hasDisplay, FileManager.default.isExecutableFile(atPath: program) else { return }
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = [url]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        // The address is printed too: whoever sees no browser follows it by hand.
        try? process.run()
    }
}
