import Model

/// How many records of a stream are not deleted.
struct RecordCount: Sendable {
    var stream: SimulatedStream

    func answer(_ request: APIRequest, _ backend: Endpoint.Backend) async throws -> APIResponse {
        var out = JSONBytes()
        out.raw("{\"count\":{\"value\":")
        out.integer(await backend.world.liveCount(stream))
        out.raw(",\"refreshed_at\":")
        out.time(UInt32(clamping: request.time.seconds))
        out.raw("}}")
        return .json(out)
    }
}
