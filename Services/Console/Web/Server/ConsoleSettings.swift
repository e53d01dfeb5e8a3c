package import ServiceRuntime

/// Where the console listens, and who may come in.
package struct ConsoleSettings: Sendable {
    package var listen: ListenAddress
    /// Empty: whoever reaches the address is an operator, which only loopback allows.
    package var tokens: [AccessToken]
    /// Names under which the console is reached, besides addresses and `localhost`.
    package var hosts: [String]

    package init(listen: ListenAddress, tokens: [AccessToken] = [], hosts: [String] = []) {
        self.listen = listen
        self.tokens = tokens
        self.hosts = hosts
    }

    /// - Throws: ``ConsoleError/tokenNeeded(_:)`` where others than this machine's users could come in without one.
    package func checked() throws(ConsoleError) -> ConsoleSettings {
        if tokens.isEmpty, !isLoopback || !hosts.isEmpty { throw .tokenNeeded(listen) }
        return self
    }

    private var isLoopback: Bool {
        listen.host == "::1" || listen.host == "localhost" || listen.host.hasPrefix("127.")
    }
}
