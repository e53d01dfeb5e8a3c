import Foundation
import Synchronization

/// Stands between clients and one server of 127.0.0.1, and does to their connections what networks do.
package final class FaultyLink: Sendable {
    /// What becomes of what is sent, either way.
    package enum Weather: Hashable, Sendable {
        case fair
        /// Each piece comes later by so much.
        case latency(milliseconds: Int)
        /// So much comes in a second, of each connection.
        case bandwidth(bytesPerSecond: Int)
        /// It comes in pieces of so many bytes.
        case slices(bytes: Int)
        /// Connections are reset as soon as they are used.
        case reset
        /// Nothing comes until the weather changes; then all of it, as if it had been sent again.
        case blackHole
        /// What holds this text reaches the server, which does what it asks; its answer, and the connection, are lost.
        case lostAnswer(to: String)
    }

    package let port: Int
    private let listener: Int32
    private let weather = Mutex(Weather.fair)
    private let links = Mutex<[Int: Link]>([:])
    private let target: UInt16
    /// Servers that tell clients where they are: this in an answer becomes the other, of the same length.
    private let renamings = Mutex<[Renaming]>([])
    private let lost = Mutex(0)

    fileprivate typealias Renaming = (from: [UInt8], to: [UInt8])

    /// - Parameter port: of the server.
    package init(to port: Int) throws {
        target = UInt16(port)
        let socket = try LocalSocket()
        listener = socket.descriptor
        let own = try socket.listen()
        self.port = own
        Thread.detachNewThread { [weak self, listener] in
            var number = 0
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                number += 1
                self?.open(client, number)
            }
        }
    }

    deinit { close() }

    /// The server, a Kafka broker, tells clients addresses, its own and others', which they shall take for those of links.
    package func rename(_ links: [(port: Int, link: FaultyLink)]) {
        let address = { (port: Int) in Array("127.0.0.1".utf8) + [0, 0, UInt8(port >> 8), UInt8(port & 255)] }
        renamings.withLock { $0 = links.map { (address($0.port), address($0.link.port)) } }
    }

    /// Changes the weather for all connections, those that are open too.
    package func set(_ new: Weather) { weather.withLock { $0 = new } }

    /// Resets all connections that are open.
    package func cut() { for link in links.withLock({ Array($0.values) }) { link.reset() } }

    /// How many connections are open.
    package var count: Int { links.withLock(\.count) }

    /// How many answers were lost by ``Weather/lostAnswer(to:)``.
    package var lostAnswers: Int { lost.withLock(\.self) }

    package func close() {
        shutdown(listener, Int32(SHUT_RDWR))
        cut()
    }

    private func open(_ client: Int32, _ number: Int) {
        LocalSocket.sendAtOnce(client)
        if weather.withLock({ $0 == .reset }) { return LocalSocket.reset(client) }
        guard let server = try? LocalSocket().connected(to: target) else { return LocalSocket.reset(client) }
        let link = Link(client: client, server: server) { [weak self] in
            _ = self?.links.withLock { $0.removeValue(forKey: number) }
        }
        links.withLock { $0[number] = link }
        let renamings = renamings.withLock { $0 }
        let weather: @Sendable () -> Weather = { [weak self] in self?.weather.withLock { $0 } ?? .reset }
        Thread.detachNewThread { link.ask(weather) }
        Thread.detachNewThread {
            link.answer(renamings, weather) { [weak self] in self?.lost.withLock { $0 += 1 } }
        }
    }
}

/// One connection: a thread for each direction.
private final class Link: Sendable {
    private let client: Int32
    private let server: Int32
    /// Threads at work, whether it was reset, and whether the next answer is to be lost.
    private let state = Mutex((threads: 2, isReset: false, losesAnswer: false))
    private let ended: @Sendable () -> Void

    init(client: Int32, server: Int32, ended: @escaping @Sendable () -> Void) {
        self.client = client
        self.server = server
        self.ended = ended
    }

    /// Ends the connection without a farewell.
    func reset() {
        state.withLock { state in
            guard state.threads > 0 else { return }
            state.isReset = true
            shutdown(client, Int32(SHUT_RDWR))
            shutdown(server, Int32(SHUT_RDWR))
        }
    }

    /// Passes on what the client says.
    func ask(_ weather: () -> FaultyLink.Weather) {
        while let bytes = LocalSocket.read(client) {
            if case .lostAnswer(let text) = weather(), Self.holds(bytes, Array(text.utf8)) {
                state.withLock { $0.losesAnswer = true }
            }
            guard send(bytes, to: server, weather) else { break }
        }
        end()
    }

    /// Passes on what the server says.
    func answer(_ renamings: [FaultyLink.Renaming], _ weather: () -> FaultyLink.Weather, _ noteLoss: () -> Void) {
        while var bytes = LocalSocket.read(server) {
            if state.withLock(\.losesAnswer) {
                noteLoss()
                reset()
                break
            }
            for renaming in renamings { bytes = Self.renamed(bytes, renaming.from, renaming.to) }
            guard send(bytes, to: client, weather) else { break }
        }
        end()
    }

    private func send(_ bytes: [UInt8], to target: Int32, _ weather: () -> FaultyLink.Weather) -> Bool {
        switch weather() {
        case .fair, .lostAnswer: return LocalSocket.write(bytes[...], to: target)
        case .latency(let milliseconds):
            usleep(UInt32(milliseconds) * 1000)
            return LocalSocket.write(bytes[...], to: target)
        case .bandwidth(let bytesPerSecond):
            let piece = max(1, bytesPerSecond / 50)
            for start in stride(from: 0, to: bytes.count, by: piece) {
                guard LocalSocket.write(bytes[start..<min(start + piece, bytes.count)], to: target) else {
                    return false
                }
                usleep(20_000)
                if case .bandwidth = weather() { continue }
                return LocalSocket.write(bytes[min(start + piece, bytes.count)...], to: target)
            }
            return true
        case .slices(let size):
            for start in stride(from: 0, to: bytes.count, by: size) {
                guard LocalSocket.write(bytes[start..<min(start + size, bytes.count)], to: target) else { return false }
            }
            return true
        case .reset:
            reset()
            return false
        case .blackHole:
            while weather() == .blackHole {
                usleep(20_000)
                if state.withLock(\.isReset) { return false }
            }
            return send(bytes, to: target, weather)
        }
    }

    /// The last thread closes; before, each wakes the other.
    private func end() {
        let isLast = state.withLock { state in
            shutdown(client, Int32(SHUT_RDWR))
            shutdown(server, Int32(SHUT_RDWR))
            state.threads -= 1
            return state.threads == 0
        }
        guard isLast else { return }
        if state.withLock(\.isReset) { LocalSocket.reset(client) } else { Foundation.close(client) }
        Foundation.close(server)
        ended()
    }

    private static func holds(_ bytes: [UInt8], _ text: [UInt8]) -> Bool {
        guard bytes.count >= text.count else { return false }
        return (0...bytes.count - text.count).contains { bytes[$0] == text[0] && bytes[$0...].starts(with: text) }
    }

    /// An address that two reads divide stays: an answer that tells it is small, and comes in one.
    private static func renamed(_ bytes: [UInt8], _ from: [UInt8], _ to: [UInt8]) -> [UInt8] {
        guard bytes.count >= from.count else { return bytes }
        var bytes = bytes
        var place = 0
        while place <= bytes.count - from.count {
            if bytes[place] == from[0], bytes[place..<place + from.count].elementsEqual(from) {
                bytes.replaceSubrange(place..<place + from.count, with: to)
                place += from.count
            } else {
                place += 1
            }
        }
        return bytes
    }
}
