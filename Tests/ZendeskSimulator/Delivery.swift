import Foundation
import Hummingbird
import NIOCore

/// Brings an answer to the client, or what a fault leaves of it.
struct Delivery: Sendable {
    /// The connection was broken on purpose.
    private struct Broken: Error {}

    var response: APIResponse
    var fault: Fault.Effect?

    /// The answer as the server sends it. Waits here where the fault says so.
    func response(on channel: any Channel, compresses: Bool) async throws -> Response {
        var answer = response
        switch fault {
        case .delay(let pause): try await Task.sleep(for: pause)
        case .badJSON: answer.body.removeLast(answer.body.count / 2)
        case .contentType(let type): answer.contentType = type
        default: break
        }
        var headers = HTTPFields()
        headers.add("Content-Type", answer.contentType)
        for header in answer.headers { headers.add(header.name, header.value) }
        // Small bodies are not worth it.
        if compresses, answer.body.count > 1024 {
            answer.body = Gzip.stored(answer.body)
            headers.add("Content-Encoding", "gzip")
        }
        return Response(
            status: .init(code: answer.status),
            headers: headers,
            body: body(ByteBuffer(bytes: answer.body), channel)
        )
    }

    private func body(_ buffer: ByteBuffer, _ channel: any Channel) -> ResponseBody {
        let length = buffer.readableBytes
        switch fault {
        case .dribble(let size, let pause):
            return ResponseBody(contentLength: length) { writer in
                var rest = buffer
                while rest.readableBytes > 0 {
                    let count = min(max(1, size), rest.readableBytes)
                    guard let piece = rest.readSlice(length: count) else { break }
                    try await writer.write(piece)
                    try await Task.sleep(for: pause)
                }
                try await writer.finish(nil)
            }
        case .truncate(let count):
            return broken(buffer, after: count) { throw Broken() }
        case .reset(let count):
            return broken(buffer, after: count) {
                // A socket that does not linger says RST when it is closed; closed here, or the server says FIN first.
                if let socket = channel as? any SocketOptionProvider {
                    try await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
                }
                try await channel.close().get()
                throw Broken()
            }
        default:
            return ResponseBody(byteBuffer: buffer)
        }
    }

    /// The first `count` bytes, half of all where that is nil, and then the end.
    private func broken(
        _ buffer: ByteBuffer,
        after count: Int?,
        end: @escaping @Sendable () async throws -> Void
    ) -> ResponseBody {
        ResponseBody(contentLength: buffer.readableBytes) { writer in
            var rest = buffer
            let length = min(count ?? buffer.readableBytes / 2, max(0, buffer.readableBytes - 1))
            if let part = rest.readSlice(length: length) { try await writer.write(part) }
            try await end()
        }
    }
}

extension HTTPFields {
    fileprivate mutating func add(_ name: String, _ value: String) {
        guard let name = Element.Name(name) else { return }
        append(Element(name: name, value: value))
    }
}
