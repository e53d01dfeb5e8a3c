import ArgumentParser
import ZendeskSimulator

/// What the small tables and the products of the account hold.
struct ListOptions: ParsableArguments {
    @Option(help: "The size of a small table, as in `tags=250` or `chat/chats=3000`; may be given for each.")
    var size: [String] = []

    @Option(help: "How many of a small table's records share one second of change, as in `chat/chats=1500`.")
    var inOneSecond: [String] = []

    @Option(help: "The account's plan: team, growth, professional or enterprise.")
    var plan = "enterprise"

    @Option(help: "A product that the account lacks: talk, help-center, jira, chat, or chat-api for Chat's plan.")
    var without: [String] = []

    @Flag(help: "The export of articles ends with an empty page, not with a null `next_page`.")
    var articlesEndEmpty = false

    func apply(to configuration: inout SimulatorConfiguration) throws {
        let plans = ["team", "growth", "professional", "enterprise"]
        guard let rank = plans.firstIndex(of: plan), let chosen = ListSettings.Plan(rawValue: rank) else {
            throw ValidationError("--plan is none of \(plans.joined(separator: ", ")): \(plan)")
        }
        configuration.lists = ListSettings(
            sizes: try counts("size", size),
            inOneSecond: try counts("in-one-second", inOneSecond),
            plan: chosen,
            articleEnd: articlesEndEmpty ? .withEmptyPage : .withoutNextPage
        )
        for product in without {
            switch product {
            case "talk": configuration.lists.hasTalk = false
            case "help-center": configuration.lists.hasHelpCenter = false
            case "jira": configuration.lists.hasJira = false
            case "chat": configuration.chat.isInstalled = false
            case "chat-api": configuration.chat.hasAPI = false
            default: throw ValidationError("--without does not know \(product)")
            }
        }
    }

    private func counts(_ name: String, _ items: [String]) throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for item in items {
            let parts = item.split(separator: "=")
            guard parts.count == 2, let count = Int(parts[1]), count >= 0 else {
                throw ValidationError("--\(name) is not TABLE=COUNT: \(item)")
            }
            counts[String(parts[0])] = count
        }
        return counts
    }
}
