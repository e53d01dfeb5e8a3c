import CZlib
import Loader

/// A gzip file that is being written. The same bytes give the same file: it holds neither a name nor a time.
final class GzipFile {
    private let file: OutputFile
    /// zlib remembers the address, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private var output = [UInt8](repeating: 0, count: 65_536)

    /// The default of zlib and gzip.
    private static let level: Int32 = 6
    /// The window of 32 KB, with gzip's header and trailer around.
    private static let window: Int32 = 15 + 16

    init(_ path: String, directory: FilesDirectory) throws(DestinationError) {
        file = try OutputFile(path, directory: directory)
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let size = Int32(MemoryLayout<z_stream>.size)
        let code = deflateInit2_(
            stream,
            Self.level,
            Z_DEFLATED,
            Self.window,
            8,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            size
        )
        guard code == Z_OK else { throw .failed("zlib does not start (\(code))") }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    func write(_ bytes: [UInt8]) throws(DestinationError) {
        try deflate(bytes, Z_NO_FLUSH)
    }

    /// Writes the rest, makes it durable and closes the file.
    func finish() throws(DestinationError) {
        try deflate([], Z_FINISH)
        try file.finish()
    }

    private func deflate(_ bytes: [UInt8], _ flush: Int32) throws(DestinationError) {
        try bytes.withUnsafeBufferPointer { input throws(DestinationError) in
            // zlib's type lacks const; it only reads.
            stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.pointee.avail_in = UInt32(input.count)
            defer { stream.pointee.next_in = nil }
            repeat { try step(flush) } while stream.pointee.avail_out == 0
        }
    }

    /// Fills the output once and writes it.
    private func step(_ flush: Int32) throws(DestinationError) {
        var count = 0
        let code = output.withUnsafeMutableBytes { room in
            stream.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(room.count)
            let code = CZlib.deflate(stream, flush)
            count = room.count - Int(stream.pointee.avail_out)
            return code
        }
        guard code != Z_STREAM_ERROR else { throw .failed("zlib refuses to go on (\(code))") }
        try output.withUnsafeBufferPointer { room throws(DestinationError) in
            try file.write(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: room[..<count])))
        }
    }
}
