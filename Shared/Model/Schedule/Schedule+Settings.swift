/// Schedules as people write them.
extension Schedule {
    /// The shortest time between two starts.
    package static let leastSeconds: Int64 = 60
    /// Words that follow "must be".
    package static let intervalRule = "a time such as 30m, at least 1m"

    /// `{ every: 6h, anchor: "02:00" }`, the anchor where there is one.
    package static func checked(every text: String, anchor: TimeOfDay? = nil) throws(SettingProblem) -> Schedule {
        guard let every = Units.duration(text), every >= .seconds(leastSeconds) else { throw .mustBe(intervalRule) }
        return Schedule(everySeconds: every.components.seconds, anchor: anchor)
    }

    /// - Throws: where starts counted from the anchor would fall on other times every day.
    package func checkAnchor() throws(SettingProblem) {
        guard anchor == nil || (everySeconds >= 3600 && 86_400 % everySeconds == 0) else {
            throw .says("it needs an `every` that a day is a multiple of: 1h, 2h, 3h, 4h, 6h, 8h, 12h or 24h")
        }
    }

    /// `{ cron: "0 0 3 * * ?" }`
    /// - Parameter now: it must have a start after it.
    package static func checked(cron text: String, now: Timestamp) throws(SettingProblem) -> Schedule {
        do throws(CronError) {
            let cron = try CronExpression(parsing: text)
            guard cron.next(after: now) != nil else { throw CronError.never }
            return Schedule(cron: cron.text)
        } catch {
            throw .says(error.message)
        }
    }
}

extension TimeOfDay {
    /// Words that follow "must be".
    package static let rule = "a time of day in UTC such as \"02:00\""
}
