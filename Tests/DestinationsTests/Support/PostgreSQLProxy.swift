import Foundation
import LibPQ
import Synchronization
import TestSupport

/// Stands between libpq and a server, sees each request, and can hold it, cut the connection before it, or keep its
/// answer back: what a stopped process, a network or a server that goes away do, at a step of the test's choice.
///
/// The connection has to be without TLS.
final class PostgreSQLProxy: Sendable {
    /// What becomes of a request.
    enum Verdict {
        case pass
        /// It goes on when ``release()`` is called.
        case hold
        /// The connection ends before it; the server does not see it.
        case cut
        /// The server does it, and the connection ends before its answer.
        case cutAnswer
        /// The server does it, and its answer goes on when ``release()`` is called.
        case holdAnswer
    }

    let port: Int
    private let listener: Int32
    private let gate = Gate()

    /// - Parameter judge: is told of each request: its SQL, or `COPY` for a piece of data, `prepared` for a statement
    ///   that the server has already.
    init(to url: String, _ judge: @escaping @Sendable (String) -> Verdict) throws {
        guard let parameters = PQURL.parameters(of: url), let server = parameters["port"].flatMap({ UInt16($0) }) else {
            throw ProxyError.noServer
        }
        let socket = try LocalSocket()
        listener = socket.descriptor
        port = try socket.listen()
        let (descriptor, gate) = (listener, gate)
        Thread.detachNewThread {
            while true {
                let client = accept(descriptor, nil, nil)
                guard client >= 0 else { return }
                LocalSocket.sendAtOnce(client)
                guard let server = try? LocalSocket().connected(to: server) else {
                    Foundation.close(client)
                    continue
                }
                Link(client: client, server: server, gate: gate, judge: judge).run()
            }
        }
    }

    /// Lets what is held go on.
    func release() { gate.release() }

    /// True while something is held.
    var isHolding: Bool { gate.isHolding }

    deinit {
        gate.release()
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    enum ProxyError: Error {
        case noServer
    }
}

/// Where requests and answers are held.
private final class Gate: Sendable {
    private let condition = NSCondition()
    private let held = Mutex(false)

    func hold() {
        condition.lock()
        defer { condition.unlock() }
        held.withLock { $0 = true }
        condition.broadcast()
        while held.withLock(\.self) { condition.wait() }
    }

    func release() {
        condition.lock()
        defer { condition.unlock() }
        held.withLock { $0 = false }
        condition.broadcast()
    }

    var isHolding: Bool { held.withLock(\.self) }
}

/// One connection through the proxy: a thread for each direction.
private final class Link: Sendable {
    private let client: Int32
    private let server: Int32
    private let gate: Gate
    private let judge: @Sendable (String) -> PostgreSQLProxy.Verdict
    /// What becomes of the next answer, and how many of the two threads are at work.
    private let state = Mutex((answer: PostgreSQLProxy.Verdict.pass, threads: 2))

    init(client: Int32, server: Int32, gate: Gate, judge: @escaping @Sendable (String) -> PostgreSQLProxy.Verdict) {
        self.client = client
        self.server = server
        self.gate = gate
        self.judge = judge
    }

    func run() {
        Thread.detachNewThread { [self] in
            passRequests()
            end()
        }
        Thread.detachNewThread { [self] in
            passAnswers()
            end()
        }
    }

    /// The last thread closes; before, each wakes the other.
    private func end() {
        shutdown(client, Int32(SHUT_RDWR))
        shutdown(server, Int32(SHUT_RDWR))
        let isLast = state.withLock { state in
            state.threads -= 1
            return state.threads == 0
        }
        guard isLast else { return }
        close(client)
        close(server)
    }

    private func passRequests() {
        var reader = MessageReader()
        var isParsed = false
        while let bytes = LocalSocket.read(client) {
            for message in reader.messages(in: bytes) {
                var verdict = PostgreSQLProxy.Verdict.pass
                switch message.kind {
                case "Q", "P": verdict = judge(message.sql)
                case "B" where !isParsed: verdict = judge("prepared")
                case "d", "c": verdict = judge("COPY")
                default: break
                }
                if message.kind == "P" { isParsed = true } else if message.kind == "S" { isParsed = false }
                switch verdict {
                case .pass: break
                case .hold: gate.hold()
                case .cut: return
                case .cutAnswer, .holdAnswer: state.withLock { $0.answer = verdict }
                }
                guard LocalSocket.write(message.bytes[...], to: server) else { return }
            }
        }
    }

    private func passAnswers() {
        while let bytes = LocalSocket.read(server) {
            let verdict = state.withLock { state in
                defer { state.answer = .pass }
                return state.answer
            }
            switch verdict {
            case .cutAnswer: return
            case .holdAnswer: gate.hold()
            case .pass, .hold, .cut: break
            }
            guard LocalSocket.write(bytes[...], to: client) else { return }
        }
    }
}

/// Cuts what a client sends into messages.
/// Source: https://www.postgresql.org/docs/15/protocol-message-formats.html
private struct MessageReader {
    struct Message {
        var kind: Character
        var bytes: [UInt8]

        /// The SQL of a query, or of a statement to parse, whose name goes before.
        var sql: String {
            let texts = bytes.dropFirst(5).split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
            let place = kind == "P" ? 1 : 0
            return texts.indices.contains(place) ? String(decoding: texts[place], as: UTF8.self) : ""
        }
    }

    private var rest: [UInt8] = []
    /// The first message has no kind.
    private var isStarted = false

    mutating func messages(in bytes: [UInt8]) -> [Message] {
        rest += bytes
        var messages: [Message] = []
        while true {
            let head = isStarted ? 1 : 0
            guard rest.count >= head + 4 else { return messages }
            let length = rest[head..<head + 4].reduce(0) { $0 << 8 | Int($1) } + head
            guard rest.count >= length else { return messages }
            let kind = isStarted ? Character(Unicode.Scalar(rest[0])) : " "
            messages.append(Message(kind: kind, bytes: Array(rest[..<length])))
            rest.removeFirst(length)
            isStarted = true
        }
    }
}

extension DestinationFixture {
    /// A fixture of the same schema whose destination goes through a proxy, with sessions of a name of their own.
    func through(_ proxy: PostgreSQLProxy, as name: String) throws -> DestinationFixture {
        let database = PQURL.parameters(of: url)?["dbname"] ?? "postgres"
        let user = PQURL.parameters(of: url)?["user"] ?? "postgres"
        let query = "sslmode=disable&gssencmode=disable&application_name=\(name)"
        let url = "postgresql://\(user)@127.0.0.1:\(proxy.port)/\(database)?\(query)"
        return try DestinationFixture(kind, url: url, schema: schema)
    }
}
