import Foundation
import FoundationNetworking
import Testing

/// An admin's browser, who gives consent to whatever is asked.
enum Browser {
    /// Where an authorization address sends it.
    static func landing(of address: String) async throws -> String {
        let session = URLSession(configuration: .ephemeral, delegate: Staying(), delegateQueue: nil)
        defer { session.finishTasksAndInvalidate() }
        let (_, response) = try await session.data(from: try #require(URL(string: address)))
        let http = try #require(response as? HTTPURLResponse)
        return try #require(http.value(forHTTPHeaderField: "Location"))
    }

    private final class Staying: NSObject, URLSessionTaskDelegate {
        func urlSession(
            _ session: URLSession,
            task: URLSessionTask,
            willPerformHTTPRedirection response: HTTPURLResponse,
            newRequest request: URLRequest,
            completionHandler: @escaping (URLRequest?) -> Void
        ) {
            completionHandler(nil)
        }
    }
}
