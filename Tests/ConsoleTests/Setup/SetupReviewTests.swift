import Model
import Testing

@testable import Console

@Suite("Answers of setup")
struct SetupReviewTests {
    @Test("a site prefix and a client make a connection; all else is suggested")
    func least() throws {
        let review = Answers.review(Answers.least())
        #expect(review.problems.isEmpty, "\(review.problems)")
        let definition = try #require(review.definition)
        #expect(definition.key.description == "acme/support")
        #expect(definition.name == "Zendesk" && definition.schema.rawValue == "zendesk")
        #expect(definition.subdomain.host == "acme.zendesk.com")
        #expect(definition.startDate.formatted(.seconds) == "2025-11-21T00:00:00Z")
        #expect(definition.schedule == Schedule(everySeconds: 1800))
        #expect(definition.streams == StreamSelection() && definition.excludedColumns.isEmpty)
        #expect(definition.origin == .console && review.secretFiles.isEmpty)
        #expect(
            definition.auth
                == .oauthClientCredentials(
                    clientID: .environment("ACME_ID"),
                    clientSecret: .environment("ACME_SECRET")
                )
        )
    }

    @Test("Chat is named and let in as Chat is")
    func chat() throws {
        let answers = Answers.least { answers in
            answers[.source] = "zendesk-chat"
            answers[.way] = "oauth_refresh"
            answers[.clientSecret] = ""
        }
        let definition = try #require(Answers.review(answers).definition)
        #expect(definition.key.description == "acme/chat" && definition.schema.rawValue == "zendesk_chat")
        #expect(definition.auth == .oauthRefresh(clientID: .environment("ACME_ID"), clientSecret: nil))
        let token = Answers.review(
            Answers.least {
                $0[.source] = "zendesk-chat"
                $0[.way] = "api_token"
            }
        )
        #expect(token.definition == nil && token.problems[.way]?.contains("takes no API tokens") == true)
    }

    @Test(
        "a site prefix that could name another host is refused",
        arguments: [
            "evil.com/", "evil.com#", "evil.com?", "a@evil.com", "acme.zendesk.com.evil.com", "169.254.169.254/x#",
            "acme%2eevil", "ＡＣＭＥ", "xn--acme", "acme\nevil", "acme\r\nHost: evil", String(repeating: "a", count: 64),
            "-acme", "localhost:80#", "[::1]", "ac\u{200B}me", "",
        ]
    )
    func hostilePrefixes(text: String) {
        let review = Answers.review(Answers.least { $0[.subdomain] = text })
        #expect(review.definition == nil)
        #expect(review.problems[.subdomain] != nil)
        #expect(Answers.least { $0[.subdomain] = text }.host == nil)
    }

    @Test(
        "a pasted address is refused with the prefix that it seems to mean",
        arguments: ["https://acme.zendesk.com/agent/dashboard", "acme.zendesk.com", "HTTP://ACME.zendesk.com:443/x"]
    )
    func pasted(text: String) {
        let review = Answers.review(Answers.least { $0[.subdomain] = text })
        #expect(review.problems[.subdomain] == "only the prefix belongs here: `acme`")
    }

    @Test(
        "each answer is refused at its own field",
        arguments: [
            (SetupField.source, "zendesk-sell", "zendesk-support or zendesk-chat"), (.tenant, "Acme Inc", "a-z"),
            (.connection, "a/b", "a-z"), (.name, "größe?", "schema"), (.schema, "9lives", "not a digit first"),
            (.way, "password", "oauth_client_credentials"), (.startDate, "2025-11-20T10:00:00Z", "a date such as"),
            (.startDate, "20.11.2025", "a date such as"), (.frequency, "sometimes", "interval"),
            (.every, "10s", "at least 1m"), (.every, "soon", "at least 1m"),
        ]
    )
    func refused(field: SetupField, text: String, words: String) {
        let review = Answers.review(Answers.least { $0[field] = text })
        #expect(review.definition == nil)
        #expect(review.problems.keys.sorted { $0.rawValue < $1.rawValue } == [field])
        #expect(review.problems[field]?.contains(words) == true, "\(review.problems)")
    }

    @Test(
        "anchors and cron expressions are checked as the configuration checks them",
        arguments: [
            (["frequency": "anchor", "every": "5h", "anchor": "02:00"], SetupField.anchor, "a day is a multiple of"),
            (["frequency": "anchor", "every": "6h", "anchor": "25:00"], .anchor, "a time of day"),
            (["frequency": "cron"], .cron, "missing"),
            (["frequency": "cron", "cron": "0 3 * * *"], .cron, "5 fields are Unix cron"),
            (["frequency": "cron", "cron": "0 0 3 31 2 ?"], .cron, "no such day"),
        ]
    )
    func schedules(texts: [String: String], field: SetupField, words: String) {
        let review = Answers.review(Answers.least { $0.take(texts) })
        #expect(review.problems[field]?.contains(words) == true, "\(review.problems)")
    }

    @Test("a frequency of each kind is taken")
    func frequencies() {
        let anchored = Answers.review(Answers.least { $0.take(["frequency": "anchor", "every": "6h"]) })
        #expect(anchored.definition?.schedule == Schedule(everySeconds: 21_600, anchor: TimeOfDay(rawValue: "02:00")))
        let cron = Answers.review(Answers.least { $0.take(["frequency": "cron", "cron": "0 0 3 * * ?"]) })
        #expect(cron.definition?.schedule.cron == "0 0 3 * * ?")
        let often = Answers.review(Answers.least { $0.take(["every": "5m"]) })
        #expect(often.definition?.schedule.everySeconds == 300)
    }

    @Test("a secret goes to a file of its own, and into no text")
    func secrets() throws {
        let answers = Answers.least { $0.take(["client_id": "deskpipe", "client_secret": "canary-4711"]) }
        let review = Answers.review(answers)
        let definition = try #require(review.definition)
        #expect(
            review.secretFiles == [
                SecretFile(path: "/secrets/acme.support.client-id", secret: Secret("deskpipe")),
                SecretFile(path: "/secrets/acme.support.client-secret", secret: Secret("canary-4711")),
            ]
        )
        #expect(definition.auth.reference(.clientSecret) == .file("/secrets/acme.support.client-secret"))
        for text in [
            "\(answers)", "\(review)", answers[.clientSecret], ConnectionYAML(definition, isCommented: true).text,
        ] {
            #expect(!text.contains("canary-4711"))
        }
        let broken = Answers.review(Answers.least { $0[.clientSecret] = "a\nb" })
        #expect(broken.problems[.clientSecret]?.contains("line breaks") == true && broken.secretFiles.isEmpty)
    }

    @Test("on a cluster no secret is taken, and its place is told")
    func cluster() throws {
        let place = SecretPlace.mounted("/run/secrets/deskpipe")
        let given = Answers.review(Answers.least { $0[.clientSecret] = "canary" }, secrets: place)
        #expect(given.problems[.clientSecret]?.contains("no secret is taken here") == true)
        var answers = SetupAnswers()
        answers.take(["subdomain": "acme", "auth": "oauth_refresh"])
        let review = Answers.review(answers, secrets: place)
        let definition = try #require(review.definition)
        #expect(definition.auth.reference(.clientID) == .file("/run/secrets/deskpipe/acme.support.client-id"))
        let steps = ClusterSteps(definition, place: place)
        #expect(steps.secret?.contains("acme.support.client-id: \"\"") == true)
        #expect(steps.login == "deskpipe login --tenant acme --connection support")
        #expect(steps.yaml.hasPrefix("connections:\n  - tenant: acme\n"))
    }

    @Test("an id or a schema that another connection has is refused")
    func taken() throws {
        let first = try #require(Answers.review(Answers.least()).definition)
        #expect(
            Answers.review(Answers.least(), others: [first]).problems[.connection]?.contains("there already") == true
        )
        let second = Answers.review(Answers.least { $0[.tenant] = "globex" }, others: [first])
        #expect(second.problems[.name]?.contains("belongs to acme/support") == true)
        let third = Answers.review(Answers.least { $0.take(["tenant": "globex", "name": "Globex"]) }, others: [first])
        #expect(third.problems.isEmpty)
    }

    @Test("what is changed of a connection keeps its name, its secrets, and all that is not asked")
    func changed() throws {
        var present = try #require(Answers.review(Answers.least()).definition)
        present.audits = .fast
        present.streams = StreamSelection(include: ["ticket*", "users"])
        present.rateShare = 0.5
        var answers = SetupAnswers(present)
        #expect(Answers.review(answers, present: present).definition == present)
        answers.take(["every": "1h", "name": "Other", "tenant": "other", "subdomain": "other"])
        var expected = present
        expected.schedule = Schedule(everySeconds: 3600)
        #expect(Answers.review(answers, present: present).definition == expected)
        answers[.way] = "api_token"
        #expect(Answers.review(answers, present: present).problems.keys.contains(.token))
    }

    @Test("streams and columns are chosen by name, the shortest way")
    func streams() {
        var answers = Answers.least()
        answers.streams = ["tickets", "users"]
        let some = Answers.review(answers).definition?.streams
        #expect(
            some?.include == nil && some?.exclude.contains("tags") == true && some?.exclude.contains("users") == false
        )
        answers.streams = ["tickets", "brands"]
        #expect(Answers.review(answers).definition?.streams == StreamSelection(include: ["tickets", "brands"]))
        answers.streams = []
        #expect(Answers.review(answers).problems[.streams] == "choose at least one")
        answers.streams = ["tickets", "ticketz"]
        #expect(Answers.review(answers).problems[.streams]?.contains("ticketz") == true)
        answers.streams = nil
        answers.excludedColumns = ["users": ["phone", "id"]]
        #expect(Answers.review(answers).problems[.columns]?.contains("`id` identifies") == true)
        answers.excludedColumns = ["users": ["phone"], "tickets": []]
        #expect(Answers.review(answers).definition?.excludedColumns == ["users": ["phone"]])
    }
}

extension SetupAnswers {
    /// Takes answers by the names of their fields.
    mutating func take(_ texts: [String: String]) {
        for (name, text) in texts {
            if let field = SetupField(rawValue: name) { self[field] = text }
        }
    }
}
