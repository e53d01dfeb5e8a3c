package import Hummingbird
import Model
package import NIOCore

/// A request's surroundings: who asks, and what the form says that came with it.
package struct ConsoleContext: RequestContext, RemoteAddressRequestContext {
    package var coreContext: CoreRequestContextStorage
    package let remoteAddress: SocketAddress?
    /// Nil only for what needs no sign-in.
    var session: Session?
    /// Of a POST; empty else.
    var form = FormFields()

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        remoteAddress = source.channel.remoteAddress
    }

    /// The part of the path that a route names, percent-decoded.
    /// - Throws: ``Refusal/notFound`` for a broken one.
    func path(_ name: String) throws(Refusal) -> String {
        guard let part = coreContext.parameters.get(name), let text = PercentText.decoded(part) else { throw .notFound }
        return text
    }

    var isOperator: Bool { session?.role == .operator }
}
