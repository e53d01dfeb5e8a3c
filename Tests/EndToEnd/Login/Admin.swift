import Foundation
import FoundationNetworking
import Testing

/// An admin with a plain HTTP client for a browser.
struct Admin: Sendable {
    struct Page: Sendable {
        var status: Int
        var text: String
        /// Where it leads to, not followed.
        var location: String?
    }

    /// Opens an address.
    static func open(_ address: String) async throws -> Page {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = 20
        let session = URLSession(configuration: configuration, delegate: Staying(), delegateQueue: nil)
        defer { session.finishTasksAndInvalidate() }
        let (body, response) = try await session.data(from: try #require(URL(string: address)))
        let http = try #require(response as? HTTPURLResponse)
        return Page(
            status: http.statusCode,
            text: String(decoding: body, as: UTF8.self),
            location: http.value(forHTTPHeaderField: "Location")
        )
    }

    /// Gives consent at an address that `deskpipe login` printed.
    /// - Returns: The address that the browser is sent to.
    static func consent(at address: String) async throws -> String {
        let page = try await open(address)
        #expect(page.status == 302, "\(page.text)")
        return try #require(page.location)
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

extension Program {
    /// The address that it asks an admin to open.
    func address() async throws -> String {
        let isThere = try await eventually { output.contains("/authorizations/new?") || hasEnded }
        try #require(isThere)
        let line = output.split(separator: "\n").first { $0.contains("/authorizations/new?") }
        return String(try #require(line, "\(errors)"))
    }
}
