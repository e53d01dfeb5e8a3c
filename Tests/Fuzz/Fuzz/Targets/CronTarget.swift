import Model

/// Cron expressions: one that is taken has its next time after now, fires then and not before, and a schedule of it
/// goes forwards; one that is refused has an error with words.
func fuzzCron(_ bytes: [UInt8]) {
    guard let text = String(validating: bytes, as: UTF8.self) else { return }
    let cron: CronExpression
    do {
        cron = try CronExpression(parsing: text)
    } catch {
        check(!error.message.isEmpty, "an error without words")
        return
    }
    check((try? CronExpression(parsing: text.lowercased()))?.next(after: day) == cron.next(after: day), "letters count")
    // 1990 to 2100, some of them a second before a new year.
    let hash = bytes.reduce(UInt64(0xcbf2_9ce4)) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    let second = 631_152_000 + Int64(hash % 3_471_292_800)
    var last: Timestamp?
    for start in [second, second + 86_399, second + 40_000_000].map(Timestamp.init(seconds:)) {
        let next = cron.next(after: start)
        fires(cron, next, after: start)
        if let last, let next { check(last <= next, "a later start has an earlier time") }
        last = next
    }
    if hash % 64 == 0 { goesForwards(text, from: Timestamp(seconds: second)) }
}

private let day = Timestamp(seconds: 1_795_168_800)
private let year = Duration.seconds(400 * 86_400)

private func fires(_ cron: CronExpression, _ next: Timestamp?, after start: Timestamp) {
    guard let next else {
        check(cron.fires(after: start, through: start + year).count == 0, "it fires, but has no next time")
        return
    }
    check(next > start && next.microseconds % 1_000_000 == 0, "\(next.formatted()) is not after \(start.formatted())")
    let there = cron.fires(after: next - .seconds(1), through: next)
    check(there.count == 1 && there.last == next, "it does not fire at its next time")
    guard next - start < year else { return }
    let between = cron.fires(after: start, through: next)
    check(between.count == 1 && between.last == next, "it fires \(between.count) times up to its next time")
}

private func goesForwards(_ text: String, from start: Timestamp) {
    let grid = ScheduleGrid(Schedule(cron: text))
    check(grid.period > .zero, "a schedule without a period")
    var slot = grid.next(after: nil, now: start)
    check(slot.start > start, "a first start that has passed")
    for _ in 0..<4 {
        let following = grid.next(after: slot.start, now: slot.start, missed: .skipped)
        check(following.start > slot.start || slot.start == Timestamp(seconds: .max), "a schedule that stands still")
        check(following.skipped == 0, "a start is passed over")
        slot = following
    }
}
