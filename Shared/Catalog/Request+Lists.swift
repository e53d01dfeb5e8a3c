extension Request {
    /// A list in pages of 100 that a cursor walks through, in a member of the name `envelope`.
    ///
    /// - Parameter path: below `/api/v2/`; `<envelope>.json` unless it says otherwise.
    package static func list(
        _ envelope: String,
        at path: String? = nil,
        parameters: [String: String] = [:],
        bucket: RateBucket = .account
    ) -> Request {
        Request(
            path: path ?? "\(envelope).json",
            dialect: .cursorList,
            envelope: .list(envelope),
            pageSize: 100,
            parameters: parameters,
            bucket: bucket
        )
    }

    /// A list in numbered pages of 100, in a member of the name `envelope`.
    package static func numberedList(_ envelope: String, at path: String? = nil) -> Request {
        Request(
            path: path ?? "\(envelope).json",
            dialect: .offsetList,
            envelope: .list(envelope),
            pageSize: 100
        )
    }

    /// A list that comes whole in one answer, in a member of the name `envelope`.
    ///
    /// - Parameter parentKey: as ``parentKey-swift.property``.
    package static func whole(_ envelope: String, at path: String? = nil, parentKey: String? = nil) -> Request {
        Request(
            path: path ?? "\(envelope).json",
            dialect: .singlePage,
            envelope: .list(envelope),
            pageSize: 100,
            parentKey: parentKey
        )
    }
}
