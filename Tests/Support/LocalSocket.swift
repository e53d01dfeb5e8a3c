import Foundation

/// A socket of 127.0.0.1.
package struct LocalSocket {
    package let descriptor: Int32

    package init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw NoSocket() }
    }

    /// Pieces of a message do not wait for the answer to the one before, which the peer keeps back for 40 ms.
    package static func sendAtOnce(_ descriptor: Int32) {
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Listens on a free port.
    package func listen() throws -> Int {
        let port = try bindToFreePort()
        guard Foundation.listen(descriptor, 16) == 0 else { throw NoSocket() }
        return port
    }

    /// A port that nobody uses now.
    package static func freePort() throws -> Int {
        let socket = try LocalSocket()
        defer { Foundation.close(socket.descriptor) }
        return try socket.bindToFreePort()
    }

    private func bindToFreePort() throws -> Int {
        var address = Self.address(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && getsockname(descriptor, address, &length) == 0
            }
        }
        guard isBound else { throw NoSocket() }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// - Returns: a socket's descriptor, which is the caller's to close.
    package func connected(to port: UInt16) throws -> Int32 {
        var address = Self.address(port)
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else {
            Foundation.close(descriptor)
            throw NoSocket()
        }
        Self.sendAtOnce(descriptor)
        return descriptor
    }

    /// Connects so many times, and asks nothing.
    /// - Returns: the sockets' descriptors, which are the caller's to close.
    package static func connected(_ count: Int, to port: Int) async throws -> [Int32] {
        try await onThread { try (0..<count).map { _ in try LocalSocket().connected(to: UInt16(port)) } }
    }

    /// True once the peer has closed all of these, without a word; they are closed here, too.
    package static func areClosed(_ descriptors: [Int32]) async throws -> Bool {
        try await onThread {
            defer { for descriptor in descriptors { Foundation.close(descriptor) } }
            return descriptors.allSatisfy { read($0) == nil }
        }
    }

    private static func address(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        address.sin_port = port.bigEndian
        return address
    }

    /// Nil at the end.
    package static func read(_ descriptor: Int32) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer[..<count]) : nil
    }

    package static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Closes so that the peer is told of a reset, not of an end.
    package static func reset(_ descriptor: Int32) {
        var atOnce = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &atOnce, socklen_t(MemoryLayout<linger>.size))
        Foundation.close(descriptor)
    }

    package struct NoSocket: Error {}
}
