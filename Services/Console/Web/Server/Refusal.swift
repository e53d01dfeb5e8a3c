import Hummingbird

/// Why a request is not answered with what it asks for.
enum Refusal: Error, Hashable {
    case notFound
    case wrongMethod
    /// A name that is not known to be the console's.
    case foreignHost
    /// A form that no page of ours sent in this session.
    case foreignForm
    case tooLarge
    case tooMany
    /// Nobody has signed in.
    case signInNeeded
    case operatorNeeded
    /// The topics have not been read to their end yet.
    case stillReading
    /// What a person asked for cannot be done; in words that say what to do.
    case impossible(String)

    var status: HTTPResponse.Status {
        switch self {
        case .notFound: .notFound
        case .wrongMethod: .methodNotAllowed
        case .foreignHost: .misdirectedRequest
        case .foreignForm, .operatorNeeded: .forbidden
        case .tooLarge: .contentTooLarge
        case .tooMany: .tooManyRequests
        case .signInNeeded: .unauthorized
        case .stillReading: .serviceUnavailable
        case .impossible: .conflict
        }
    }

    var title: String {
        switch self {
        case .notFound: "There is no such page"
        case .wrongMethod: "This page takes no such request"
        case .foreignHost: "Not under this name"
        case .foreignForm: "This form has expired"
        case .tooLarge: "Too large"
        case .tooMany: "Too many requests"
        case .signInNeeded: "Sign in"
        case .operatorNeeded: "For operators"
        case .stillReading: "Still reading"
        case .impossible: "This cannot be done"
        }
    }

    /// What to do about it.
    var advice: String {
        switch self {
        case .notFound:
            "The address may be mistyped, or the connection or run is no longer kept. Begin at the overview."
        case .wrongMethod: "Go back and use the page's own buttons."
        case .foreignHost:
            "The console answers under its address and under the names in the setting console.hosts. Add the name there."
        case .foreignForm: "Go back, load the page again and send the form once more. Cookies must be allowed."
        case .tooLarge: "The form was larger than any that this console has."
        case .tooMany: "Wait a moment, then load the page again."
        case .signInNeeded: "Send an access token: Authorization: Bearer TOKEN."
        case .operatorNeeded: "You are signed in as a viewer. Sign in with an operator's token to do this."
        case .stillReading: "The console is reading its topics. It shows this page as soon as it is done."
        case .impossible(let reason): reason
        }
    }
}
