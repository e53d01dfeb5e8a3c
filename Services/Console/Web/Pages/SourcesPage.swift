import Model

/// The choice of what to replicate.
struct SourcesPage {
    struct Choice {
        let name: String
        let note: String
        let href: String
    }

    let sources = [
        Choice(
            name: Source.support.name,
            note: "Tickets, users, organizations and what belongs to them; Talk and Help Center too.",
            href: "/setup/\(Source.support.rawValue)"
        ),
        Choice(
            name: Source.chat.name,
            note: "Chats, agents, departments, shortcuts and what belongs to them.",
            href: "/setup/\(Source.chat.rawValue)"
        ),
    ]

    func page() -> Page {
        Page(
            template: "setup",
            title: "Set up a connection",
            section: .setup,
            content: self,
            terminal: "deskpipe init"
        )
    }
}
