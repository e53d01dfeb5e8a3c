import Foundation

/// Who a request's credentials belong to, as `users/me` tells.
package struct CurrentUser: Sendable {
    /// Nil for an anonymous visitor.
    package var id: Int64?
    package var role: String?

    /// Nil for a body that tells of no user.
    init?(_ body: [UInt8]) {
        // Whatever else it is, it is no user.
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(body)) else { return nil }
        id = answer.user.id
        role = answer.user.role.map { String($0.prefix(40)) }
    }

    private struct Answer: Decodable {
        struct User: Decodable {
            var id: Int64?
            var role: String?
        }

        var user: User
    }
}
