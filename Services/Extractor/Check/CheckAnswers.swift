import Foundation
import Model

/// What a check reads of single answers, leniently: what is missing or of another kind is nil.
enum CheckAnswers {
    struct Token: Decodable {
        struct Body: Decodable {
            var expiresAt: String?

            enum CodingKeys: String, CodingKey {
                case expiresAt = "expires_at"
            }
        }

        var token: Body
    }

    struct Count: Decodable {
        struct Body: Decodable {
            var value: Int
        }

        var count: Body
    }

    struct ChatAccount: Decodable {
        struct Plan: Decodable {
            var name: String?
            var restAPI: Bool?

            enum CodingKeys: String, CodingKey {
                case name
                case restAPI = "rest_api"
            }
        }

        var status: String?
        var plan: Plan?
    }

    /// Nil for an answer that is no success, or another one; its decoder's words may quote it and are not told.
    static func read<Answer: Decodable>(_ type: Answer.Type, _ response: ZendeskResponse) -> Answer? {
        guard response.isSuccess, response.body.count <= 1 << 20 else { return nil }
        return try? JSONDecoder().decode(type, from: Data(response.body))
    }
}
