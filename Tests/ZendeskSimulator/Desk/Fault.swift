/// Something that goes wrong on purpose, for requests to some paths.
///
/// In JSON: `{"path": "/api/v2/groups", "effect": "status", "status": 503, "body": "html", "retry_after": "5",
/// "skip": 1, "count": 2, "probability": 0.5}` (`"date:5"` gives the same wait as a date); the other effects are `reset` and `truncate` (`bytes`), `bad_json`,
/// `delay` (`milliseconds`), `dribble` (`bytes`, `milliseconds`), `content_type` (`content_type`) and `empty_page`.
package struct Fault: Sendable {
    package enum Body: String, Sendable, Decodable {
        case json
        case text
        case html
        case empty
    }

    package enum Effect: Sendable {
        /// Another answer, with a `Retry-After` or without.
        case status(Int, body: Body = .json, retryAfter: RetryAfter? = nil)
        /// The connection is reset after so many bytes of the body; half of it where none are given.
        case reset(afterBytes: Int? = nil)
        /// The connection is closed after so many bytes, though the header promised more.
        case truncate(afterBytes: Int? = nil)
        /// A complete answer whose JSON ends in the middle.
        case badJSON
        /// Nothing comes for a while.
        case delay(Duration)
        /// The body comes in pieces of so many bytes, with a pause after each.
        case dribble(bytes: Int, pause: Duration)
        /// The right body under the wrong name.
        case contentType(String)
        /// An export's page without records that is not the last one either.
        case emptyPage
    }

    /// Requests whose path begins with this are met.
    package var path: String
    package var effect: Effect
    /// How many requests to let pass first.
    package var skip: Int
    /// How many requests to spoil; nil for all.
    package var count: Int?
    package var probability: Double

    package init(_ path: String, _ effect: Effect, skip: Int = 0, count: Int? = nil, probability: Double = 1) {
        self.path = path
        self.effect = effect
        self.skip = skip
        self.count = count
        self.probability = probability
    }
}

extension Fault: Decodable {
    private enum CodingKeys: String, CodingKey {
        case path
        case effect
        case status
        case body
        case retryAfter = "retry_after"
        case bytes
        case milliseconds
        case contentType = "content_type"
        case skip
        case count
        case probability
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let bytes = try values.decodeIfPresent(Int.self, forKey: .bytes)
        let pause = Duration.milliseconds(try values.decodeIfPresent(Int.self, forKey: .milliseconds) ?? 0)
        let effect: Effect
        switch try values.decode(String.self, forKey: .effect) {
        case "status":
            effect = .status(
                try values.decode(Int.self, forKey: .status),
                body: try values.decodeIfPresent(Body.self, forKey: .body) ?? .json,
                retryAfter: try values.decodeIfPresent(String.self, forKey: .retryAfter).map(RetryAfter.init(text:))
            )
        case "reset": effect = .reset(afterBytes: bytes)
        case "truncate": effect = .truncate(afterBytes: bytes)
        case "bad_json": effect = .badJSON
        case "delay": effect = .delay(pause)
        case "dribble": effect = .dribble(bytes: bytes ?? 1024, pause: pause)
        case "content_type": effect = .contentType(try values.decode(String.self, forKey: .contentType))
        case "empty_page": effect = .emptyPage
        default:
            throw DecodingError.dataCorruptedError(forKey: .effect, in: values, debugDescription: "no such effect")
        }
        self.init(
            try values.decode(String.self, forKey: .path),
            effect,
            skip: try values.decodeIfPresent(Int.self, forKey: .skip) ?? 0,
            count: try values.decodeIfPresent(Int.self, forKey: .count),
            probability: try values.decodeIfPresent(Double.self, forKey: .probability) ?? 1
        )
    }
}

extension Fault.Effect {
    /// For the account of requests.
    var name: String {
        switch self {
        case .status: "status"
        case .reset: "reset"
        case .truncate: "truncate"
        case .badJSON: "bad_json"
        case .delay: "delay"
        case .dribble: "dribble"
        case .contentType: "content_type"
        case .emptyPage: "empty_page"
        }
    }
}
