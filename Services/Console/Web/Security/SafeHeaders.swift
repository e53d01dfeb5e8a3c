import Hummingbird

/// What browsers are told about every answer.
enum SafeHeaders {
    /// Nothing from elsewhere, no script or style inside a page, no frame around it. A sign-in at Zendesk is a link, as a
    /// form may only go to ourselves.
    static let contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    private static let always: [(HTTPFields.Element.Name?, String)] = [
        (.contentSecurityPolicy, contentSecurityPolicy),
        (.xContentTypeOptions, "nosniff"),
        (HTTPFields.Element.Name("X-Frame-Options"), "DENY"),
        (HTTPFields.Element.Name("Cross-Origin-Opener-Policy"), "same-origin"),
        (HTTPFields.Element.Name("Cross-Origin-Resource-Policy"), "same-origin"),
        // Our own pages see where a form comes from; no other site sees an address of ours.
        (HTTPFields.Element.Name("Referrer-Policy"), "same-origin"),
        (HTTPFields.Element.Name("Permissions-Policy"), "camera=(), geolocation=(), microphone=()"),
    ]

    static func add(to headers: inout HTTPFields) {
        for (name, value) in always {
            if let name { headers[name] = value }
        }
        // What a shared browser keeps of a page would be read by the next person.
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
    }
}
