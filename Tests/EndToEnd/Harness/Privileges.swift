import Foundation

/// What this machine lets a test do.
enum Privileges {
    static let isRoot = getuid() == 0

    /// Runs a program as a user without rights, where the tests run as root, whom no file mode stops.
    static func unprivileged(_ executable: String, _ arguments: [String]) -> (executable: String, arguments: [String]) {
        guard isRoot else { return (executable, arguments) }
        return ("/usr/bin/setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", executable] + arguments)
    }

    /// Whether small file systems can be mounted, as root outside of a strict container can.
    static let canMount: Bool = {
        guard isRoot, let directory = try? Workspace() else { return false }
        let path = directory.directory.path
        return run("/bin/mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", path]) && run("/bin/umount", [path])
    }()

    /// - Returns: True where the program ended well.
    @discardableResult
    static func run(_ executable: String, _ arguments: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: executable)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.runTakingSignals()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
