import Foundation
import Model
import Testing

@Suite("CronExpression")
struct CronExpressionTests {
    @Test(
        "fires when Quartz does",
        arguments: [
            ("0 0 12 * * ?", "2026-11-20T12:00:00Z", ["2026-11-21T12:00:00Z", "2026-11-22T12:00:00Z"]),
            ("0 15 10 ? * *", "2026-11-20T11:00:00Z", ["2026-11-21T10:15:00Z"]),
            ("0 0/5 14,18 * * ?", "2026-11-20T14:51:00Z", ["2026-11-20T14:55:00Z", "2026-11-20T18:00:00Z"]),
            ("0 0-5 14 * * ?", "2026-11-20T14:04:00Z", ["2026-11-20T14:05:00Z", "2026-11-21T14:00:00Z"]),
            ("0 10,44 14 ? 3 WED", "2026-11-20", ["2027-03-03T14:10:00Z", "2027-03-03T14:44:00Z"]),
            ("0 15 10 ? * MON-FRI", "2026-11-20T10:15:00Z", ["2026-11-23T10:15:00Z", "2026-11-24T10:15:00Z"]),
            ("0 15 10 L * ?", "2026-11-20", ["2026-11-30T10:15:00Z", "2026-12-31T10:15:00Z"]),
            ("0 15 10 L-2 * ?", "2027-02-01", ["2027-02-26T10:15:00Z", "2027-03-29T10:15:00Z"]),
            ("0 15 10 LW * ?", "2027-01-01", ["2027-01-29T10:15:00Z", "2027-02-26T10:15:00Z"]),
            (
                "0 0 0 15W * ?", "2026-08-01",
                ["2026-08-14T00:00:00Z", "2026-09-15T00:00:00Z", "2026-10-15T00:00:00Z", "2026-11-16T00:00:00Z"]
            ),
            // Stays in its month: 1 August 2026 is a Saturday, 31 January 2027 a Sunday.
            ("0 0 0 1W 8 ?", "2026-01-01", ["2026-08-03T00:00:00Z"]),
            ("0 0 0 31W 1,4 ?", "2027-01-01", ["2027-01-29T00:00:00Z", "2028-01-31T00:00:00Z"]),
            ("0 15 10 ? * 6L", "2026-11-01", ["2026-11-27T10:15:00Z", "2026-12-25T10:15:00Z"]),
            ("0 15 10 ? * FRIL 2026-2027", "2026-12-26", ["2027-01-29T10:15:00Z"]),
            ("0 15 10 ? * 6#3", "2026-11-01", ["2026-11-20T10:15:00Z", "2026-12-18T10:15:00Z"]),
            // Not every month has a fifth Friday.
            ("0 0 0 ? * FRI#5", "2026-10-31", ["2027-01-29T00:00:00Z", "2027-04-30T00:00:00Z"]),
            ("0 0 12 1/5 * ?", "2026-11-25", ["2026-11-26T12:00:00Z", "2026-12-01T12:00:00Z"]),
            ("0 11 11 11 11 ?", "2026-11-20", ["2027-11-11T11:11:00Z"]),
            ("0 0 0 29 2 ?", "2026-11-20", ["2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"]),
            ("0 0 0 30 FEB ?", "2026-11-20", []),
            (
                "0 0 22-2 * * ?", "2026-11-20T23:30:00Z",
                ["2026-11-21T00:00:00Z", "2026-11-21T01:00:00Z", "2026-11-21T02:00:00Z", "2026-11-21T22:00:00Z"]
            ),
            ("0 0 0 ? NOV-FEB SAT-SUN", "2027-02-28T12:00:00Z", ["2027-11-06T00:00:00Z"]),
            ("*/20 * * * * ?", "2026-11-20T10:00:59.999Z", ["2026-11-20T10:01:00Z", "2026-11-20T10:01:20Z"]),
            ("/20 59 23 31 12 ? 2026/2", "2026-12-31T23:59:40Z", ["2028-12-31T23:59:00Z"]),
            ("0 0 0 1 1 ? 2025", "2026-01-01", []),
        ]
    )
    func fires(text: String, after: String, expected: [String]) throws {
        let cron = try CronExpression(parsing: text)
        var time = try #require(Timestamp(parsing: after))
        for wanted in expected {
            time = try #require(cron.next(after: time))
            #expect(time.formatted(.seconds) == wanted)
        }
        if expected.isEmpty { #expect(cron.next(after: time) == nil) }
    }

    @Test("names and letters may be small, and blanks many")
    func letters() throws {
        let cron = try CronExpression(parsing: " 0  0 3 ? jan-mar mon#1 ")
        #expect(cron.next(after: Timestamp(seconds: 0))?.formatted(.seconds) == "1970-01-05T03:00:00Z")
    }

    @Test(
        "an error names the field, and what is allowed there",
        arguments: [
            ("60 0 0 * * ?", "seconds `60`: 60 is out of range; allowed are 0-59 and , - * /"),
            ("0 0 24 * * ?", "hours `24`: 24 is out of range; allowed are 0-23 and , - * /"),
            ("0 x 0 * * ?", "minutes `X`: `X` is not known here; allowed are 0-59 and , - * /"),
            ("0 0 0 32 * ?", "day-of-month `32`: 32 is out of range; allowed are 1-31 and , - * ? / L W"),
            ("0 0 0 1-5W * ?", "day-of-month `1-5W`: W comes after one day, such as 15W, and L is L, LW or L-3"),
            ("0 0 0 L,15 * ?", "day-of-month `L,15`: L and W stand alone, not in a list"),
            ("0 0 0 L-31 * ?", "after L comes nothing, W, or - and a number of days up to 30"),
            ("0 0 0 ? FOO MON", "month `FOO`: `FOO` is not known here; allowed are 1-12 or JAN-DEC and , - * /"),
            ("0 0 0 ? * 8", "day-of-week `8`: 8 is out of range; allowed are 1-7 or SUN-SAT (1 is Sunday)"),
            ("0 0 0 ? * FRI#6", "one # stands between a day and its number in the month, 1 to 5"),
            ("0 0 0 ? * MON#1,TUE#2", "one # stands between a day and its number"),
            ("0 0 0 ? * MON,FRIL", "L stands alone, not in a list"),
            ("0 0/0 0 * * ?", "minutes `0/0`: after / comes a step from 1 to 59"),
            ("0 0/ 0 * * ?", "after / comes a step"),
            ("0 0 ? * * ?", "hours `?`: `?` is not known here"),
            ("0 , 0 * * ?", "minutes `,`: something is missing"),
            ("0 0 0 * * ? 1969", "year `1969`: 1969 is out of range; allowed are 1970-2099"),
            ("0 0 0 * * ? 2030-2028", "a range of years goes upwards"),
            ("0 0 0 * * MON", "day-of-month and day-of-week are both set; exactly one of them must be `?`"),
            ("0 0 0 ? * ?", "day-of-month and day-of-week are both `?`; exactly one of them must be"),
            ("0 3 * * *", "5 fields are Unix cron; Quartz begins with the seconds"),
            ("@daily", "1 fields; it has 6 or 7: seconds minutes hours"),
            ("0 0 0 * * ? 2026 1", "8 fields; it has 6 or 7"),
            ("H 0 0 * * ?", "seconds `H`: `H` is not known here"),
        ]
    )
    func errors(text: String, problem: String) {
        let error = #expect(throws: CronError.self) { try CronExpression(parsing: text) }
        #expect(error?.message.contains(problem) == true, "\(error?.message ?? "")")
    }

    @Test(
        "any expression fires at the seconds that a second-by-second look finds, however far apart",
        arguments: 0..<25
    )
    func oracle(seed: UInt64) throws {
        var random = CronGenerator(seed: seed)
        for _ in 0..<6 {
            let text = random.expression()
            let cron = try CronExpression(parsing: text)
            let oracle = try #require(CronOracle(text), "\(text)")
            // Over leap days, month ends and turns of the year.
            let start = random.moment()
            let span = 2 * 86_400
            let found = oracle.fires(from: start.seconds + 1, count: span)
            var time = start
            var fires: [Int64] = []
            while let next = cron.next(after: time), next.seconds <= start.seconds + Int64(span), fires.count < 400 {
                fires.append(next.seconds)
                time = next
            }
            #expect(fires == Array(found.prefix(400)), "\(text) after \(start.formatted())")
            let counted = cron.fires(after: start, through: start + .seconds(Int64(span)))
            #expect(counted.count == found.count, "\(text) after \(start.formatted())")
            #expect(counted.last?.seconds == found.last, "\(text) after \(start.formatted())")
            // The next day that matches, however far: the oracle looks at midnights only.
            let bound = Timestamp.days(year: 2034, month: 1, day: 1)
            let far = cron.next(after: start).map { $0.seconds / 86_400 }.flatMap { $0 < bound ? $0 : nil }
            #expect(far == oracle.firstDay(from: start, until: 2034), "\(text) \(start)")
        }
    }
}
