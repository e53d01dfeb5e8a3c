import Catalog
import Model

/// Chat's exports: a time, and the id of the last record where several share it.
///
/// They refuse a start of the last five minutes. So a read that has come nearer leaves its bookmark there, and the next
/// one has those minutes again, of which the seam drops what was published.
/// Source: https://developer.zendesk.com/api-reference/live-chat/chat-api/incremental_export/
extension Paginator {
    /// Seconds before now that a start must be, and those that are tried where clocks differ.
    private static let holdbacks: [Int64] = [301, 601]

    /// What a read of a Chat export keeps in mind.
    struct ChatRead {
        /// The latest second that may be asked for, as of the read's beginning.
        var newest: Int64
        /// Where the read began, as the export counts time.
        var start: Int64
        /// The newest second that was published before the read: pages up to there bring what was published.
        let published: Int64?
        /// Of the page before.
        var seamSecond: Int64?
        /// The page's seam has the records of the page before it too.
        var carriesSeam = false

        init(_ start: Int64, published: Int64?, _ now: Timestamp) {
            newest = now.seconds - Paginator.holdbacks[0]
            self.start = start
            self.published = published
        }
    }

    /// A read's first place, where no bookmark has one.
    func chatBeginning(_ seconds: Int64, _ now: Timestamp) -> PagePlace {
        .chat(chatTime(max(0, min(seconds, now.seconds - Self.holdbacks[0]))), id: nil)
    }

    /// Where this machine's clock is ahead of Chat's, the five minutes are Chat's: told by the first page, whose start was
    /// old enough.
    mutating func boundChatRead(by coveredUntil: Timestamp) {
        guard let read = chat else { return }
        let newest = max(coveredUntil.seconds - Self.holdbacks[0], seconds(read.start))
        chat?.newest = min(read.newest, newest)
    }

    mutating func advanceChatExport(_ page: PageSummary) -> Move {
        let move = chatMove(page)
        let (before, second) = (chat?.seamSecond, seamSecond)
        let carries = second != nil && second == before || isBeforePublished(move)
        chat?.carriesSeam = carries
        chat?.seamSecond = second
        return move
    }

    /// True where pages are to come that bring what was published before.
    private func isBeforePublished(_ move: Move) -> Bool {
        guard case .on = move, case .chat(let end, _) = place, let published = chat?.published else { return false }
        return seconds(end) <= published
    }

    private mutating func chatMove(_ page: PageSummary) -> Move {
        guard case .chat(let start, let startID) = place else {
            return .failed(.paginationLoop(stream, position: "no time"))
        }
        // Also the place of a first run without records: the next one need not look before it.
        guard page.records > 0 else { return finishChat() }
        let end = page.endTime ?? page.nextPageItem("start_time").flatMap { Int64($0) } ?? start
        guard end >= start else {
            return .failed(.paginationLoop(stream, position: "end_time \(end) before start_time \(start)"))
        }
        let endID = page.endID ?? page.nextPageItem("start_id")
        guard end > start || (endID != nil && endID != startID) else {
            return page.records >= pageSize ? enlarge(second: seconds(start)) : finishChat()
        }
        // What is after a short page came since; to ask for it would be refused.
        guard page.records < pageSize, settled(end) < end else { return self.move(to: .chat(end, id: endID)) }
        place = .chat(end, id: endID)
        return finishChat()
    }

    private mutating func finishChat() -> Move {
        cursor = place.text
        if case .chat(let time, _) = place, settled(time) < time {
            cursor = PagePlace.chat(settled(time), id: nil).text
        }
        return .finished
    }

    /// A time, or the latest one that the next read may ask for. Where this read was let in later than that, there is
    /// no such rule.
    private func settled(_ time: Int64) -> Int64 {
        guard let chat, chat.start <= chatTime(chat.newest) else { return time }
        return min(time, chatTime(max(0, chat.newest)))
    }

    /// As ``earlier(now:)``: only for a read's first page; those after it are had by the next run.
    mutating func earlierChat(now: Timestamp) -> PageRequest? {
        guard isFirst, case .chat(let time, _) = place else { return nil }
        for holdback in Self.holdbacks where seconds(time) > now.seconds - holdback {
            let start = max(0, now.seconds - holdback)
            place = .chat(chatTime(start), id: nil)
            let time = chatTime(start)
            // The way may lead to the refused place again, which may be old enough by then.
            asked = [place.hashValue]
            chat?.newest = start
            chat?.start = time
            return pageRequest
        }
        return nil
    }

    /// The second from which on the next read has records again.
    var chatSeamSecond: Int64? {
        guard case .chat(let time, _) = cursor.flatMap(PagePlace.chat) else { return nil }
        return seconds(settled(time))
    }

    /// Seconds as the export counts time.
    func chatTime(_ seconds: Int64) -> Int64 {
        guard request.dialect == .chatIncrementalMicroseconds else { return seconds }
        let (time, isTooLarge) = seconds.multipliedReportingOverflow(by: 1_000_000)
        return isTooLarge ? .max : time
    }

    /// The second of the export's time.
    func seconds(_ time: Int64) -> Int64 {
        request.dialect == .chatIncrementalMicroseconds ? time / 1_000_000 : time
    }
}
