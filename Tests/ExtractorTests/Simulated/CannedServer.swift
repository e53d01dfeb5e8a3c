import Foundation
import Glibc
import Synchronization

/// A server on the loopback interface that sends prepared bytes, for answers that no proper server gives. It keeps what
/// it was asked.
final class CannedServer: Sendable {
    struct Failure: Error {}

    let port: Int
    private let socket: Int32
    private let answers: [[UInt8]]
    private let heads = Mutex<[String]>([])

    var url: String { "http://127.0.0.1:\(port)" }
    /// The requests' heads, in their order.
    var requests: [String] { heads.withLock { $0 } }

    /// - Parameter answers: one for each connection; the last for all others.
    init(_ answers: [[UInt8]]) throws {
        self.answers = answers
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = socket
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, pointer, &length) == 0
            }
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        guard isBound else { throw Failure() }
        Thread { [self] in serve() }.start()
    }

    /// Ends the thread.
    func close() {
        shutdown(socket, Int32(SHUT_RDWR))
    }

    /// An answer without keep-alive.
    static func answer(_ status: String, _ headers: [String] = [], body: [UInt8] = []) -> [UInt8] {
        let head = ["HTTP/1.1 \(status)", "content-length: \(body.count)", "connection: close"] + headers
        return Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
    }

    private func serve() {
        var count = 0
        while true {
            let client = accept(socket, nil, nil)
            guard client >= 0 else { break }
            let head = Self.head(client)
            heads.withLock { $0.append(head) }
            let answer = answers[min(count, answers.count - 1)]
            count += 1
            var sent = 0
            while sent < answer.count {
                let written = answer[sent...].withUnsafeBytes {
                    send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard written > 0 else { break }
                sent += written
            }
            shutdown(client, Int32(SHUT_WR))
            // Closed before the client has read it all, the rest would be lost.
            var rest = [UInt8](repeating: 0, count: 1024)
            while recv(client, &rest, rest.count, 0) > 0 {}
            Glibc.close(client)
        }
        Glibc.close(socket)
    }

    private static func head(_ client: Int32) -> String {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8), recv(client, &byte, 1, 0) == 1 { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Gzip that inflates to so many zeros, by a factor of 158 and without zlib.
/// Source: https://www.rfc-editor.org/rfc/rfc1951#section-3.2.6
func gzipBomb(inflatedBytes: Int) -> [UInt8] {
    var bytes: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]
    var word = 0
    var bits = 0
    func put(_ code: [Int]) {
        for bit in code {
            word |= bit << bits
            bits += 1
            guard bits == 8 else { continue }
            bytes.append(UInt8(word))
            (word, bits) = (0, 0)
        }
    }
    put([1, 1, 0])  // the last block, with the fixed codes
    put([0, 0, 1, 1, 0, 0, 0, 0])  // a zero
    for _ in 0..<(inflatedBytes / 258) {
        put([1, 1, 0, 0, 0, 1, 0, 1])  // 258 bytes …
        put([0, 0, 0, 0, 0])  // … of one byte before
    }
    put([0, 0, 0, 0, 0, 0, 0])  // the end
    while bits != 0 { put([0]) }
    // CRC and length are wrong: nobody gets that far.
    return bytes + [UInt8](repeating: 0, count: 8)
}
