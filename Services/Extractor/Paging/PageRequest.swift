package import Catalog
import Messaging

/// One GET that brings a page.
package struct PageRequest: Hashable, Sendable {
    /// Below `/api/v2/`.
    package var path: String
    package var query: [QueryItem]
    package var bucket: RateBucket

    package struct QueryItem: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(path: String, query: [QueryItem], bucket: RateBucket) {
        self.path = path
        self.query = query
        self.bucket = bucket
    }

    /// The request's target: `/api/v2/groups.json?page%5Bsize%5D=100`.
    package var target: String {
        let items = query.map { "\(Self.encoded($0.name))=\(Self.encoded($0.value))" }
        return "/api/v2/\(path)" + (items.isEmpty ? "" : "?" + items.joined(separator: "&"))
    }

    /// A part of a request, percent-encoded: `@` too, which a key of a message keeps and an address gives another meaning.
    static func encoded(_ part: String) -> String { MessageKey.encoded(part).replacing("@", with: "%40") }
}
