package import Catalog
package import Model

extension ZendeskSession {
    /// What happens between asking for a page and having it.
    package enum Event: Sendable {
        /// A wait begins; nil: it is over.
        case waits(RunProgress.Wait?)
        /// A request was answered, or broke.
        case requested(bytes: Int)
        /// Zendesk asked for a pause: a 429, or a 503 with a `Retry-After`.
        case throttled(status: Int, bucket: RateBucket, until: Timestamp)
        /// The stream waits for the end of another one that goes first in their bucket; nil: it is over.
        case queues(behind: StreamName?)
        /// No progress since then; once per stall. A wait for the rate limit is none.
        case stalled(since: Timestamp)
    }

    package enum Answer<Page: Sendable>: Sendable {
        case page(Page, PageTimes)
        /// Zendesk cannot give a page of this size.
        case shrinkPage
        case startTooRecent(PageTimes)
        /// Zendesk gives no pages of this size: ask for smaller ones, or fail with the error where there are none.
        case refusedPageSize(ExtractorError)
        /// The record that this list belongs to is refused or gone; only with ``Refusals/skip``.
        case skipped(status: Int)
        /// Malformed: the saved cursor may be refused.
        case refused(ExtractorError)
    }

    /// What a 403 or 404 does.
    package enum Refusals: Hashable, Sendable {
        /// Throws ``ExtractorError/permission(_:status:detail:)``.
        case fail
        /// Answers ``Answer/skipped(status:)``: one record of many is not given.
        case skip
    }
}
