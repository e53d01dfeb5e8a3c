import Console
import Model

/// One word in the colour of what it means.
struct Badge: Hashable, Sendable {
    let text: String
    let tone: String

    init(_ text: String, _ tone: Tone) {
        self.text = text
        self.tone = tone.rawValue
    }
}

extension Standing {
    var badge: Badge { Badge(Words.label(rawValue), tone) }

    private var tone: Tone {
        switch self {
        case .failing: .bad
        case .delayed: .warning
        case .running: .busy
        case .neverRun, .paused: .quiet
        case .caughtUp: .good
        }
    }
}

extension ExtractionReport.Status {
    var badge: Badge { Badge(Words.label(rawValue), tone) }

    var tone: Tone {
        switch self {
        case .running: .busy
        case .succeeded: .good
        case .partial: .warning
        case .failed: .bad
        case .stopped: .quiet
        }
    }
}

extension StreamReport.Status {
    var badge: Badge {
        switch self {
        case .pending: Badge("Pending", .quiet)
        case .running: Badge("Running", .busy)
        case .caughtUp: Badge("Caught up", .good)
        case .continues: Badge("Continues", .busy)
        case .parked: Badge("Parked", .warning)
        case .failed: Badge("Failed", .bad)
        }
    }
}

extension LoadingReport.Status {
    var tone: Tone { self == .succeeded ? .good : .bad }
    /// In Stitch's words.
    var badge: Badge { self == .succeeded ? Badge("Success", .good) : Badge("Error", .bad) }
}

extension Alert.Severity {
    var badge: Badge {
        switch self {
        case .critical: Badge("Critical", .bad)
        case .warning: Badge("Warning", .warning)
        case .notice: Badge("Notice", .busy)
        }
    }
}

extension Source {
    /// As Zendesk calls the product.
    var name: String { self == .support ? "Zendesk Support" : "Zendesk Chat" }
}
