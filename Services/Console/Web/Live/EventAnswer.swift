import Hummingbird
import Model

/// A stream of server-sent events: it looks once a second whether there is something to tell.
/// Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
struct EventAnswer {
    /// What a look brings.
    enum Look: Sendable {
        case nothing
        /// An event's name, and its data in one line.
        case event(String, String)
        /// The last event.
        case end(String)
    }

    /// Proxies close what is silent for longer; and only a write shows that the browser has left.
    private static let looksBetweenComments = 15
    private static let pause = Duration.seconds(1)
    private static let comment = ByteBuffer(string: ": still here\n\n")

    let streams: OpenStreams
    let clock: any WallClock

    /// - Parameter look: what is new, given what was known.
    /// - Throws: ``Refusal/tooMany``
    func response<Known: Sendable>(
        _ known: Known,
        _ look: @escaping @Sendable (inout Known) async throws -> Look
    ) throws(Refusal) -> Response {
        guard streams.hasRoom else { throw .tooMany }
        let body = ResponseBody { writer in
            streams.opened()
            defer { streams.closed() }
            var known = known
            var silentLooks = Self.looksBetweenComments
            looking: while true {
                switch try await look(&known) {
                case .nothing: silentLooks += 1
                case .event(let name, let data):
                    try await writer.write(Self.event(name, data))
                    silentLooks = 0
                case .end(let name):
                    try await writer.write(Self.event(name, ""))
                    break looking
                }
                if silentLooks >= Self.looksBetweenComments {
                    try await writer.write(Self.comment)
                    silentLooks = 0
                }
                try await clock.sleep(for: Self.pause)
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "text/event-stream; charset=utf-8"], body: body)
    }

    private static func event(_ name: String, _ data: String) -> ByteBuffer {
        ByteBuffer(string: "event: \(name)\ndata: \(data)\n\n")
    }
}
