package import Model

/// A way into Zendesk, as a person chooses one: what it is, where to make it, when it ends.
package struct SetupWay: Hashable, Sendable {
    package let kind: Authentication.Kind
    package let title: String
    /// One sentence: for whom it is.
    package let note: String
    /// What to do in Zendesk before, step by step.
    package let steps: [String]
    /// The day from which on it does not work any more.
    package let ends: String?
    /// What is to be answered.
    package let fields: [SetupField]
    /// Those of them that may stay empty.
    package let optional: Set<SetupField>

    /// The day on which Zendesk ends API tokens.
    package static let endOfAPITokens = "2027-04-30"
    /// Where the browser comes back to with `deskpipe login`; a console has an address of its own.
    package static let usualRedirect = "http://127.0.0.1:8585/callback"

    /// The ways that are offered for a source: an OAuth client first, what ends last.
    /// - Parameter redirect: the address that the OAuth client must allow for a sign-in.
    package static func offered(for source: Source, redirect: String = usualRedirect) -> [SetupWay] {
        switch source {
        case .support: [client(supportSteps), signIn(supportSignInSteps(redirect)), apiToken]
        case .chat: [client(chatSteps(redirect) + [chatConfidential]), signIn(chatSteps(redirect))]
        }
    }

    /// The way of this kind, also where it is not offered: a connection may have it already.
    package static func way(
        _ kind: Authentication.Kind,
        for source: Source,
        redirect: String = usualRedirect
    ) -> SetupWay {
        offered(for: source, redirect: redirect).first { $0.kind == kind } ?? token
    }

    private static func client(_ steps: [String]) -> SetupWay {
        SetupWay(
            kind: .oauthClientCredentials,
            title: "OAuth client",
            note: "Made once by an admin; tokens are renewed without you.",
            steps: steps,
            ends: nil,
            fields: [.clientID, .clientSecret],
            optional: []
        )
    }

    private static func signIn(_ steps: [String]) -> SetupWay {
        SetupWay(
            kind: .oauthRefresh,
            title: "OAuth sign-in",
            note: "An admin signs in to Zendesk and allows access; renewed without you.",
            steps: steps,
            ends: nil,
            fields: [.clientID, .clientSecret],
            optional: [.clientSecret]
        )
    }

    private static let apiToken = SetupWay(
        kind: .apiToken,
        title: "API token",
        note: "Only for accounts that still have one: Zendesk makes no new ones, and ends all on \(endOfAPITokens).",
        steps: [
            "In the Admin Center, open Apps and integrations > APIs > API tokens, and copy the token that you have.",
            "The e-mail is that of the admin whose token it is.",
        ],
        ends: endOfAPITokens,
        fields: [.email, .token],
        optional: []
    )

    private static let token = SetupWay(
        kind: .oauthToken,
        title: "OAuth token",
        note: "A token that you have; it ends when Zendesk says so, and an OAuth client does not.",
        steps: [],
        ends: nil,
        fields: [.token],
        optional: []
    )

    private static let supportSteps = [
        "In the Admin Center, open Apps and integrations > APIs > OAuth clients, as an admin.",
        "Click Add OAuth client. Name: Deskpipe. Client kind: Confidential. "
            + "A redirect URL is asked for but not used: \(usualRedirect).",
        "Save. Copy the identifier, and the secret, which is shown this once.",
    ]

    private static func supportSignInSteps(_ redirect: String) -> [String] {
        [
            "In the Admin Center, open Apps and integrations > APIs > OAuth clients, as an admin.",
            "Click Add OAuth client. Name: Deskpipe. Redirect URL: \(redirect). "
                + "The kind may be Public; then it has no secret.",
            "Save. Copy the identifier, and the secret where there is one.",
        ]
    }

    private static func chatSteps(_ redirect: String) -> [String] {
        [
            "In the Chat dashboard, open Settings > Account, tab API & SDKs, as owner or administrator.",
            "Click Add API client. Client name: Deskpipe. Redirect URL: \(redirect).",
            "Copy the client ID, and the client secret, which is shown once.",
        ]
    }

    private static let chatConfidential =
        "The dashboard makes public clients; this way needs one that was set to confidential by Chat's OAuth clients API."
}
