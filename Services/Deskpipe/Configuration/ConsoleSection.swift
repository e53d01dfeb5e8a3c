import Console
import ConsoleWeb
import Model
import ServiceRuntime

/// The `console` section: where the console listens, who may come in, and where it keeps secrets.
struct ConsoleSection {
    /// Where it listens.
    var listening: Listening
    var tokens: [Token]
    var hosts: [String]
    /// On one machine the directory that secrets are written to; on a cluster the one in which extractors see theirs.
    var secrets: String?
    /// Where it keeps what it has told; nil: where that is usual.
    var state: State?
    /// Replicated rows in 30 days.
    var rowLimit: Int?
    /// Who is told of what happens.
    var webhooks: [WebhookSection]
    /// The share of a table's records in a day from which on rejected ones raise an alert.
    var rejectedShare: Double?

    static let standardAddress = ListenAddress(parsing: "127.0.0.1:8080")

    /// What a console leaves for the one after it.
    enum State: Hashable {
        case nothing
        case directory(String)

        init(parsing text: String) {
            self = text == "none" ? .nothing : .directory(text)
        }
    }

    /// A token as it is written: by its hash, or where the token itself is.
    struct Token {
        var role: ConsoleRole
        var key: Key

        enum Key {
            case hash(AccessToken)
            case secret(SecretReference)
        }
    }

    init(_ reader: SettingsReader) throws(ConfigurationError) {
        let place = "an address such as 127.0.0.1:8080, or none"
        listening = try reader.value("listen", expected: place, Listening.init(parsing:)) ?? .standard
        tokens = []
        for token in try reader.mappings("tokens") { tokens.append(try Token(token)) }
        hosts = try reader.texts("hosts") ?? []
        secrets = try reader.text("secrets")
        state = try reader.value("state", expected: "a directory, or none", State.init(parsing:))
        rowLimit = try reader.value("row_limit", expected: "a positive number", Units.positive)
        webhooks = []
        for webhook in try reader.mappings("webhooks") { webhooks.append(try WebhookSection(webhook)) }
        rejectedShare = try reader.value("rejected_share", expected: "a share such as 1%", Units.share)
        try reader.finish()
    }

    /// The address to listen on; nil for none.
    var address: ListenAddress? {
        switch listening {
        case .standard: Self.standardAddress
        case .none: nil
        case .at(let address): address
        }
    }

    /// The tokens, read where they are.
    /// - Throws: `SecretError`; ``ConfigurationError`` for one that is too short.
    func accessTokens(_ secrets: SecretResolver) throws -> [AccessToken] {
        try tokens.map { token in
            switch token.key {
            case .hash(let access): return access
            case .secret(let reference):
                guard let access = AccessToken(role: token.role, token: try secrets.resolve(reference)) else {
                    throw ConfigurationError.invalid(
                        path: "console.tokens",
                        place: reference.description,
                        problem: "the token is shorter than \(AccessToken.leastBytes) characters; "
                            + "`openssl rand -hex 32` makes one"
                    )
                }
                return access
            }
        }
    }
}

extension ConsoleSection.Token {
    fileprivate init(_ reader: SettingsReader) throws(ConfigurationError) {
        let roles = ConsoleRole.allCases.map(\.rawValue).joined(separator: " or ")
        guard let role = try reader.value("role", expected: roles, ConsoleRole.init(rawValue:)) else {
            throw reader.missing("role", example: "role: viewer")
        }
        self.role = role
        let rule = "sha256: and 64 hexadecimal digits"
        let hash = try reader.value("hash", expected: rule) { AccessToken(role: role, hash: $0) }
        let secret = try reader.secret("token")
        switch (hash, secret) {
        case (let hash?, nil): key = .hash(hash)
        case (nil, let secret?): key = .secret(secret)
        case (nil, nil): throw reader.missing("hash", example: "hash: sha256:...")
        case (_?, _?): throw reader.invalid("token", "a token has a `hash` or a `token`, not both")
        }
        try reader.finish()
    }
}
