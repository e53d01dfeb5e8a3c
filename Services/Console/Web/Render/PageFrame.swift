import Model

/// What the layout shows round a page's content; its names are those of the templates.
struct PageFrame {
    struct Link {
        let name: String
        let href: String
        let isCurrent: Bool
    }

    let title: String
    let navigation: [Link]
    let tabs: [Link]
    let isAboutConnection: Bool
    let connectionKey: String
    let formToken: String
    let isOperator: Bool
    let role: String?
    let canSignOut: Bool
    let terminal: String?
    let json: String?
    let isLive: Bool
    let notice: Note?
    let content: Any

    struct Note {
        let tone: String
        let text: String
        let role: String
        let isPassing: Bool
    }

    /// - Parameter canSignOut: whether there is something to sign in with.
    init(_ page: Page, session: Session?, canSignOut: Bool) {
        title = page.title
        navigation =
            session == nil
            ? []
            : Page.Section.allCases.filter { $0 != .setup || session?.role == .operator }.map {
                Link(name: $0.name, href: $0.path, isCurrent: $0 == page.section)
            }
        let connection = page.connection
        tabs =
            connection.map { connection in
                ConnectionFrame.Tab.allCases.map { tab in
                    let path = connection.key.path + (tab == .summary ? "" : "/\(tab.rawValue)")
                    return Link(name: tab.name, href: path, isCurrent: tab == connection.tab)
                }
            } ?? []
        isAboutConnection = connection != nil
        connectionKey = connection?.key.description ?? ""
        formToken = session?.formToken ?? ""
        isOperator = session?.role == .operator
        role = session?.role.rawValue
        self.canSignOut = canSignOut && session != nil
        terminal = page.terminal
        json = page.json
        isLive = page.isLive
        notice = page.notice.map {
            // What went wrong is read out at once.
            let role = $0.tone == .bad ? "alert" : "status"
            return Note(tone: $0.tone.rawValue, text: $0.text, role: role, isPassing: $0.isPassing)
        }
        content = page.content
    }
}
