extension Transport {
    /// Closes the transport once the body has ended, however it did.
    package func whileOpen<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            let result = try await body()
            await close()
            return result
        } catch {
            await close()
            throw error
        }
    }

    /// Gives each message that there is, as ``reader(of:partitions:from:)`` does.
    /// - Parameter partitions: nil for all.
    package func read(
        _ topic: String,
        partitions: [Int32]? = nil,
        from: [Int32: Int64] = [:],
        _ take: (Delivery) throws -> Void
    ) async throws {
        try await reader(of: topic, partitions: partitions, from: from).readToEnd(take)
    }
}

extension MessageReader {
    /// Gives each message up to the end, and closes the reader however that goes.
    package func readToEnd(_ take: (Delivery) throws -> Void) async throws {
        try await whileOpen {
            while let deliveries = try await next(atMost: 1000) {
                for delivery in deliveries { try take(delivery) }
            }
        }
    }

    /// Closes the reader once the body has ended, however it did.
    package func whileOpen<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            let result = try await body()
            await close()
            return result
        } catch {
            await close()
            throw error
        }
    }
}
