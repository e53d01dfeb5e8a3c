package import Hummingbird
import Logging
import Model
import NIOCore

/// What every request goes through before a page sees it: the name that it asks for, how often, who asks, and for what
/// changes something where it comes from. Every answer leaves with the headers that keep other sites out.
package struct Gate: HTTPResponder {
    package typealias Context = ConsoleContext

    static let cookieName = "deskpipe_console"
    /// A form with all streams and columns of a connection has a tenth of it.
    static let largestBody = 256 << 10

    let router: RouterResponder<ConsoleContext>
    let settings: ConsoleSettings
    let hosts: HostRule
    let visitors: Visitors
    let rate: RequestRate
    let refusals: RefusalPages
    let clock: any WallClock
    let logger: Logger

    package func respond(to request: Request, context: ConsoleContext) async throws -> Response {
        var context = context
        var response: Response
        do {
            response = try await admit(request, &context)
        } catch let refusal as Refusal {
            response = refusals.response(refusal, to: request, session: context.session)
        } catch let error as any ExplainedError {
            response = refusals.response(.impossible(error.message), to: request, session: context.session)
        } catch {
            logger.error("a page failed", metadata: [LogKeys.errorType: "\(type(of: error))"])
            response = refusals.failure(to: request, session: context.session)
        }
        SafeHeaders.add(to: &response.headers)
        return response
    }

    private func admit(_ request: Request, _ context: inout ConsoleContext) async throws -> Response {
        guard hosts.allows(request.head.authority) else { throw Refusal.foreignHost }
        let now = clock.now()
        guard rate.admits(context.caller, at: now) else { throw Refusal.tooMany }
        let visit = try visitors.visit(request, from: context.caller, now: now)
        context.session = visit.session
        switch request.method {
        case .get, .head: break
        case .post: context.form = try await form(request, visit)
        default: throw Refusal.wrongMethod
        }
        if visit.session == nil, !Self.isOpen(request.uri.path) {
            guard !request.isForProgram else { throw Refusal.signInNeeded }
            return Response.redirect(to: "/login", type: .normal)
        }
        var response = try await router.respond(to: request, context: context)
        if response.status == .notFound, response.body.contentLength == 0 { throw Refusal.notFound }
        if let cookie = visit.newCookie { response.setCookie(cookie) }
        return response
    }

    /// The fields of a form of ours; for signing in no session is needed yet.
    private func form(_ request: Request, _ visit: Visitors.Visit) async throws -> FormFields {
        guard OriginRule.allows(origin: request.headers[.origin], authority: request.head.authority),
            request.headers[.contentType]?.hasPrefix("application/x-www-form-urlencoded") == true
        else { throw Refusal.foreignForm }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: Self.largestBody)
        } catch is NIOTooManyBytesError {
            throw Refusal.tooLarge
        }
        guard let fields = FormFields(String(buffer: body)) else { throw Refusal.foreignForm }
        if request.uri.path == "/login" { return fields }
        guard let session = visit.session, let token = fields["form_token"],
            ConstantTime.areEqual(token, session.formToken)
        else { throw Refusal.foreignForm }
        return fields
    }

    /// What is shown without a sign-in: nothing of any connection. The way back from Zendesk asks for the session itself,
    /// which a browser does not send along from another site.
    private static func isOpen(_ path: String) -> Bool {
        path == "/login" || path == "/oauth/callback" || path.hasPrefix("/assets/")
    }
}

extension ConsoleContext {
    /// Whom requests are counted by.
    var caller: String { remoteAddress?.ipAddress ?? "" }
}

extension Request {
    /// Whether JSON is the answer.
    var isForProgram: Bool { uri.path.hasPrefix("/api/") }
}
