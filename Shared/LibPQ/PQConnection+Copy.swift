import CLibpq

extension PQConnection {
    /// Bytes that are gathered before they go to the server.
    package static let copyChunk = 256 * 1024

    /// Runs `COPY … FROM STDIN`.
    /// - Parameters:
    ///   - sql: the COPY statement.
    ///   - next: empties and fills the buffer with the next bytes, about ``copyChunk`` of them; leaves it empty at the
    ///     end.
    package func copyIn(_ sql: String, _ next: (CopyBuffer) -> Void) throws(PQError) {
        _ = try checked(PQexec(handle, sql), call: "PQexec")
        let chunk = CopyBuffer(capacity: Self.copyChunk * 5 / 4)
        next(chunk)
        while chunk.count > 0 {
            let bytes = chunk.start.assumingMemoryBound(to: CChar.self)
            guard PQputCopyData(handle, bytes, Int32(chunk.count)) == 1 else { throw failure(of: "PQputCopyData") }
            next(chunk)
        }
        guard PQputCopyEnd(handle, nil) == 1 else { throw failure(of: "PQputCopyEnd") }
        let first = PQgetResult(handle)
        // What comes after COPY's own result has to be read before the next statement.
        defer {
            while let more = PQgetResult(handle) { PQclear(more) }
        }
        _ = try checked(first, call: "PQgetResult")
    }
}
