import Hummingbird
import NIOCore
import NIOHTTPTypes

/// Gives an answer the `Date` that it should have: the server sets its own after all else has been said.
final class AnswerDating: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// Holds the date between the two, and is not sent.
    static let header = HTTPFields.Element.Name("Simulator-Date")!

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .head(var head) = unwrapOutboundIn(data), let date = head.headerFields[Self.header] else {
            return context.write(data, promise: promise)
        }
        head.headerFields[.date] = date
        head.headerFields[Self.header] = nil
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }
}
