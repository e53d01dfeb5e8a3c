import Model

extension APIRequest {
    /// The `start_time` of an incremental export, refused where it is missing, no number, or within the hold-back.
    func startTime(_ name: String = "start_time", holdBack: Duration) throws -> Int64 {
        guard let text = value(name) else { throw APIError.invalidStartTime("is required") }
        guard let second = Int64(text), second >= 0 else { throw APIError.invalidStartTime("is not a valid time") }
        if holdBack > .zero, Timestamp(seconds: min(second, 1 << 40)) > time - holdBack {
            throw APIError.startTimeTooRecent
        }
        return second
    }

    /// The newest second that an export shows, or nil where nothing is held back.
    func visibleSecond(holdBack: Duration) -> Int64? {
        holdBack > .zero ? (time - holdBack).seconds : nil
    }
}
