import Model

/// One page before it has a frame round it.
struct Page {
    /// Which template shows ``content``.
    var template: String
    var title: String
    var section = Section.fleet
    /// The connection that the page is about, with its tab; nil for pages about all.
    var connection: ConnectionFrame?
    /// What the template shows.
    var content: Any
    /// The command that tells the same.
    var terminal: String?
    /// Where a program gets the same facts.
    var json: String?
    /// Whether parts of it are renewed when something happens.
    var isLive = false
    var notice: Notice?

    /// Of the navigation at the top.
    enum Section: String, CaseIterable {
        case fleet
        case usage
        case alerts
        case setup

        var name: String {
            switch self {
            case .fleet: "Connections"
            case .usage: "Usage"
            case .alerts: "Alerts"
            case .setup: "Set up"
            }
        }

        var path: String { self == .fleet ? "/" : "/\(rawValue)" }
    }
}

/// Which connection a page is about, and which of its pages it is.
struct ConnectionFrame {
    var key: ConnectionKey
    var name: String
    var tab: Tab

    enum Tab: String, CaseIterable {
        case summary
        case extractions
        case loads
        case rejected
        case schema
        case settings

        var name: String {
            switch self {
            case .summary: "Summary"
            case .extractions: "Extractions"
            case .loads: "Loads"
            case .rejected: "Rejected"
            case .schema: "Schema changes"
            case .settings: "Settings"
            }
        }
    }
}

/// What became of something that a person did, or what they should know first.
struct Notice: Sendable {
    var tone: Tone
    var text: String
    /// It goes by itself when the page has told something newer.
    var isPassing = false
}

extension ConnectionKey {
    /// The address of the connection's page.
    var path: String { "/c/\(tenant)/\(connection)" }
    /// How the commands of a terminal name it.
    var flags: String { "--tenant \(tenant) --connection \(connection)" }
}
