import CZlib
import Foundation
import Loader

/// A gzip file that is read line by line, a piece of it in memory at a time.
final class GunzipFile {
    private let handle: FileHandle
    private let path: String
    /// zlib remembers the address, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private var input = Data()
    /// What has been unpacked and not been given yet.
    private var output: [UInt8] = []
    private var given = 0
    private var isAtEnd = false

    /// The window of 32 KB, with gzip's header and trailer around.
    private static let window: Int32 = 15 + 16
    private static let piece = 65_536

    init(_ path: String) throws(DestinationError) {
        guard let handle = FileHandle(forReadingAtPath: path) else { throw .failed("\(path) cannot be read") }
        self.handle = handle
        self.path = path
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let code = inflateInit2_(stream, Self.window, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard code == Z_OK else { throw .failed("zlib does not start (\(code))") }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// The next line without its end; nil after the last.
    func line() throws -> ArraySlice<UInt8>? {
        var searched = given
        while true {
            if let end = output[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { given = end + 1 }
                return output[given..<end]
            }
            searched = output.count - given
            output.removeSubrange(..<given)
            given = 0
            guard try unpack() else { return nil }
        }
    }

    /// Unpacks another piece.
    /// - Returns: false at the end of the file.
    private func unpack() throws -> Bool {
        guard !isAtEnd else { return false }
        if input.isEmpty {
            do {
                input = try handle.read(upToCount: Self.piece) ?? Data()
            } catch {
                throw DestinationError.failed("\(path) cannot be read")
            }
        }
        guard !input.isEmpty else { throw DestinationError.failed("\(path) ends too early; bring it back") }
        let count = output.count
        output += [UInt8](repeating: 0, count: Self.piece)
        var code: Int32 = Z_OK
        var left = 0
        var room = 0
        input.withUnsafeMutableBytes { input in
            output.withUnsafeMutableBytes { output in
                stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.pointee.avail_in = UInt32(input.count)
                stream.pointee.next_out = output.baseAddress?.advanced(by: count).assumingMemoryBound(to: UInt8.self)
                stream.pointee.avail_out = UInt32(Self.piece)
                code = inflate(stream, Z_NO_FLUSH)
                left = Int(stream.pointee.avail_in)
                room = Int(stream.pointee.avail_out)
            }
        }
        input = Data(input.suffix(left))
        output.removeLast(room)
        guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else {
            throw DestinationError.failed("\(path) is damaged; bring it back")
        }
        isAtEnd = code == Z_STREAM_END
        return true
    }
}
