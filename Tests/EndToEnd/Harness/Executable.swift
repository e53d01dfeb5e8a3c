import Foundation

/// The products that were built beside the tests.
enum Executable: String {
    case deskpipe
    case mockBroker = "mock-broker"

    /// `DESKPIPE_TEST_PRODUCTS` names another folder to take them from: a release build, say.
    var path: String {
        if let folder = ProcessInfo.processInfo.environment["DESKPIPE_TEST_PRODUCTS"] { return "\(folder)/\(rawValue)" }
        let tests = Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])
        return tests.deletingLastPathComponent().appending(path: rawValue).path
    }
}
