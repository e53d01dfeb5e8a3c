import Catalog
import Model
import ServiceRuntime

/// Asks for the children of one parent record, page by page to the last.
struct ChildFetch: Sendable {
    /// How many pages of one parent are held before they are published.
    private static let pagesAtOnce = 8

    /// What came of one parent.
    struct Children: Sendable {
        var pages: [(page: DecodedPage, receivedAt: Timestamp)] = []
        /// There are more pages, from here on.
        var rest: Rest?
        /// Zendesk does not give them.
        var refusal: ExtractorError?
    }

    struct Rest: Sendable {
        fileprivate let key: String
        fileprivate var paginator: Paginator
        fileprivate var request: PageRequest
    }

    let planned: PlannedChildren
    let context: RunContext
    let decoder: PageDecoder
    /// Ends the walk while the run goes on.
    let stop: StopSignal

    /// - Throws: ``ExtractorError``, `CancellationError` when stopped.
    func children(of key: String) async throws -> Children {
        var paginator = Paginator(planned.stream.name, planned.request, parentKey: key)
        let now = context.clock.now()
        let first = paginator.first(bookmark: nil, startDate: context.definition.startDate, now: now)
        return try await children(from: Rest(key: key, paginator: paginator, request: first))
    }

    func children(from rest: Rest) async throws -> Children {
        var children = Children()
        var rest = rest
        while children.pages.count < Self.pagesAtOnce {
            switch try await answer(to: rest) {
            case .page(let page, let times):
                children.pages.append((page, times.receivedAt))
                switch rest.paginator.advance(page.summary) {
                case .fetch(let next): rest.request = next
                case .finished: return children
                case .failed(let error): throw error
                }
            case .shrinkPage: rest.request = rest.paginator.halved() ?? rest.request
            case .startTooRecent: return children
            case .skipped(let status):
                children.refusal = .permission(planned.stream.name, status: status, detail: nil)
                return children
            case .refused(let error), .refusedPageSize(let error):
                children.refusal = error
                return children
            }
        }
        children.rest = rest
        return children
    }

    private func answer(to rest: Rest) async throws -> ZendeskSession.Answer<DecodedPage> {
        let canShrink = rest.paginator.canShrink
        let (request, key) = (rest.request, rest.key)
        return try await stop.interrupting {
            try await context.session.page(
                request,
                of: planned.stream.name,
                canShrink: canShrink,
                urgency: planned.isLane ? .background : .foreground,
                onRefusal: .skip,
                decode: { bytes throws(PageError) in try decoder.decode(bytes, parentKey: key) }
            )
        }
    }
}
