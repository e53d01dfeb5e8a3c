/// The command line of `mock-broker`.
struct MockOptions {
    var brokers: Int32 = 1
    var partitions: Int32 = 12
    var portFile: String?
    var topicsFile: String?
    var endsWithInput = false

    static let usage =
        "usage: mock-broker [--brokers 1] [--partitions 12] [--port-file PATH] [--topics-file PATH] "
        + "[--until-stdin-ends]"

    /// Nil for a command line that it does not understand.
    init?(_ arguments: [String]) {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            if name == "--until-stdin-ends" {
                endsWithInput = true
                continue
            }
            guard let value = rest.popFirst() else { return nil }
            switch name {
            case "--brokers":
                guard let count = Int32(value), count > 0 else { return nil }
                brokers = count
            case "--partitions":
                guard let count = Int32(value), count > 0 else { return nil }
                partitions = count
            case "--port-file": portFile = value
            case "--topics-file": topicsFile = value
            default: return nil
            }
        }
    }
}
