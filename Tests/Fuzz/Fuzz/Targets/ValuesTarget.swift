import Catalog
import Console
import ConsoleWeb
import Foundation
import LibPQ
import Messaging
import Model
import ServiceRuntime
import Transports

@testable import Deskpipe
@testable import Destinations

/// The values of settings, as the configuration and the console's form read them: the first byte says which, the rest
/// is its text. What is taken keeps within its bounds and is read again as it is shown; what is refused is told in words.
func fuzzValues(_ bytes: [UInt8]) {
    guard let first = bytes.first, let text = String(validating: bytes.dropFirst(), as: UTF8.self) else { return }
    Value.readers[Int(first) % Value.readers.count](text)
}

private enum Value {
    /// In the order of the letters that the corpus' inputs begin with.
    static let readers: [@Sendable (String) -> Void] = [
        times, sizes, shares, schedules, crons, days, sites, schemas, identifiers, secrets, addresses, webhooks,
        transports, databases, options, tokens, emails, patterns, distances, variables,
    ]
    static let now = Timestamp(seconds: 1_795_168_800)

    private static let longest = Duration.seconds(36_500 * 86_400)

    @Sendable static func times(_ text: String) {
        guard let time = Units.duration(text) else { return }
        check(time > .zero && time <= longest, "a time of \(time)")
        let (seconds, rest) = time.components
        guard rest == 0 else { return }
        check(Units.duration(Units.text(ofSeconds: seconds)) == time, "shown, it is another time")
    }

    @Sendable static func sizes(_ text: String) {
        if let size = Units.bytes(text) { check((1...(1 << 50)).contains(size), "a size of \(size)") }
        if let number = Units.positive(text) {
            check((1...1_000_000_000_000).contains(number), "a number of \(number)")
            check(Units.positive(String(number)) == number, "shown, it is another number")
        }
    }

    @Sendable static func shares(_ text: String) {
        guard let share = Units.share(text) else { return }
        check(share > 0 && share <= 1, "a share of \(share)")
        check(Units.share("\(share)") == share, "shown, it is another share")
    }

    @Sendable static func schedules(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
        let anchor = parts.count > 1 ? TimeOfDay(rawValue: parts[1]) : nil
        if let anchor {
            check(anchor.rawValue == parts[1] && (0..<1440).contains(anchor.minutes), "a time of day is another one")
        }
        refusable { () throws(SettingProblem) in
            let schedule = try Schedule.checked(every: parts.first ?? "", anchor: anchor)
            try schedule.checkAnchor()
            let slot = ScheduleGrid(schedule).next(after: nil, now: now)
            check(schedule.everySeconds >= Schedule.leastSeconds && slot.start >= now, "it starts at \(slot.start)")
        }
    }

    @Sendable static func crons(_ text: String) {
        refusable { () throws(SettingProblem) in
            let slot = ScheduleGrid(try Schedule.checked(cron: text, now: now)).next(after: nil, now: now)
            check(slot.start > now, "it starts at \(slot.start)")
        }
    }

    @Sendable static func days(_ text: String) {
        refusable { () throws(SettingProblem) in
            let day = try StartDate.checked(text)
            check((try? StartDate.checked(StartDate.text(day))) == day, "shown, it is another day")
        }
    }

    @Sendable static func sites(_ text: String) {
        refusable { () throws(SettingProblem) in
            let site = try SitePrefix.checked(text)
            check((try? SitePrefix.checked(site.rawValue)) == site, "shown, it is another site")
            check(site.rawValue.utf8.allSatisfy(isOfName) && site.host.hasSuffix(".zendesk.com"), "another host")
        }
    }

    @Sendable static func schemas(_ text: String) {
        if let schema = SchemaName(rawValue: text) { check(schema.rawValue == text, "a schema is another one") }
        refusable { () throws(SettingProblem) in
            let schema = try SchemaName.checked(fromName: text)
            check(SchemaName(rawValue: schema.rawValue) == schema, "a connection's name makes no schema")
            check((1..<50).contains(schema.rawValue.utf8.count), "a schema's name that a database cuts")
        }
    }

    @Sendable static func identifiers(_ text: String) {
        let isGood = (1...40).contains(text.utf8.count) && text.utf8.allSatisfy(isOfName)
        check((TenantID(rawValue: text) != nil) == isGood, "a tenant")
        check((ConnectionID(rawValue: text) != nil) == isGood, "a connection")
        check((Namespace(rawValue: text) != nil) == isGood, "a namespace")
        check(KafkaSection.podName(["KUBERNETES_SERVICE_HOST": "h", "HOSTNAME": text]) ?? text == text, "a pod")
    }

    @Sendable static func secrets(_ text: String) {
        if let reference = SecretReference(parsing: text) {
            check(isSame(reference.description, text), "a reference is another one")
        }
        switch KafkaSection.Certificate(parsing: text) {
        case .file(let path): check(text.hasSuffix(path), "a certificate's file is another one")
        case .pem(let pem): check(isSame(pem, text), "a certificate is another one")
        case .environment(let name): check(isSame("env:\(name)", text), "a certificate's variable is another one")
        }
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
    }
}

/// What a rule refuses is refused in words.
private func refusable(_ rule: () throws(SettingProblem) -> Void) {
    do {
        try rule()
    } catch {
        switch error {
        case .mustBe(let text), .says(let text): check(!text.isEmpty, "an error without words")
        }
    }
}

/// Not Swift's equality, to which composed and decomposed letters are the same.
private func isSame(_ text: String, _ other: String) -> Bool { text.utf8.elementsEqual(other.utf8) }

/// What names something outside: addresses, URLs, options, and names with what they are chosen from.
extension Value {
    @Sendable static func addresses(_ text: String) {
        guard case .at(let address)? = Listening(parsing: text) else { return }
        check(ListenAddress(parsing: address.description) == address, "shown, it is another address")
        check((0...65_535).contains(address.port) && !address.host.isEmpty, "an address of nothing")
        check(text.utf8.last.map { (0x30...0x39).contains($0) } == true, "a port of \(text)")
        check(ListenAddress(parsing: address.reachable.description) != nil, "it is reached nowhere")
    }

    @Sendable static func webhooks(_ text: String) {
        let allowsPrivate = text.utf8.count % 2 == 0
        do {
            let url = try WebhookURL(parsing: text, allowsPrivate: allowsPrivate)
            check(url.isSecure || allowsPrivate, "a webhook in plain text")
            check(url.path.hasPrefix("/") && !url.host.isEmpty, "a webhook to nowhere")
            check(url.host.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f } && !url.host.contains("@"), "a host of \(url)")
            check(url.path.utf8.allSatisfy { (0x21..<0x7f).contains($0) }, "a path that ends a request's line")
            let again = "\(url.isSecure ? "https" : "http")://\(url.host):\(url.port)\(url.path)"
            check((try? WebhookURL(parsing: again, allowsPrivate: allowsPrivate)) == url, "shown, it is another URL")
        } catch { check(!error.message.isEmpty, "an error without words") }
    }

    @Sendable static func transports(_ text: String) {
        do {
            let url = try TransportURL(parsing: text)
            check(isSame(url.description, text), "a log is another one")
            guard case .kafka(let brokers) = url else { return }
            for broker in brokers {
                let port = broker.utf8.reversed().prefix { $0 != UInt8(ascii: ":") }
                check(!port.isEmpty && port.allSatisfy { (0x30...0x39).contains($0) }, "a port of \(broker)")
                check(!broker.contains("@") && !broker.contains(where: \.isWhitespace), "a broker \(broker)")
            }
        } catch { check(!error.message.isEmpty, "an error without words") }
    }

    @Sendable static func databases(_ text: String) {
        let settings = DestinationSettings(url: text)
        do {
            let read = try PostgreSQLSettings(settings)
            check(read.parameters["password"] == nil, "a password of the URL is kept")
            check(
                read.isLocal || read.parameters["sslmode"] == "verify-full" || text.contains("ssl"),
                "a server elsewhere is not proved"
            )
        } catch { check(!error.message.isEmpty, "an error without words") }
    }

    @Sendable static func options(_ text: String) {
        if let refusal = KafkaOptionRule.refusal(of: text) { check(!refusal.text.isEmpty, "an error without words") }
        check(!KafkaOptionRule.isSecret(text) || KafkaOptionRule.refusal(of: text) == nil, "a secret that is refused")
    }

    @Sendable static func tokens(_ text: String) {
        guard let token = AccessToken(role: .viewer, hash: text) else { return }
        let digits = text.utf8.dropFirst("sha256:".utf8.count)
        check(digits.count == 64 && digits.allSatisfy { isxdigit(CInt($0)) != 0 }, "a hash of something else")
        check(AccessToken.role(of: text, among: [token]) == nil, "a hash lets its reader in")
    }

    @Sendable static func emails(_ text: String) {
        refusable { () throws(SettingProblem) in
            let email = try Authentication.checked(email: text)
            check(email.contains("@") && !email.utf8.contains(UInt8(ascii: "\n")), "an e-mail of two lines")
        }
    }

    @Sendable static func patterns(_ text: String) {
        // Each is held against every name of the catalogue.
        guard text.utf8.count <= 24 else { return }
        do {
            let streams = try Catalog.streams(of: .support, selectedBy: StreamSelection(include: [text], exclude: []))
            check(text == "*" || streams.allSatisfy { $0.name.rawValue.matches(pattern: text) }, "another stream")
        } catch { check(!error.message.isEmpty, "an error without words") }
        refusable { () throws(SettingProblem) in
            let cut = try ticketPaths.excluded(by: [text])
            check(cut.allSatisfy { !ticketPaths.kept.contains($0) }, "what identifies records is cut out")
            check(Set(cut).count == cut.count, "a column is cut out twice")
        }
    }

    private static let ticketPaths: DeclaredPaths = {
        guard let tickets = Catalog.stream("tickets", of: .support) else { fatalError("no tickets") }
        return DeclaredPaths(tickets.schema)
    }()

    @Sendable static func distances(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
        guard parts.count == 2, text.utf8.count <= 24 else { return }
        let distance = parts[0].editDistance(to: parts[1])
        check(distance == parts[1].editDistance(to: parts[0]), "there and back differ")
        check((distance == 0) == (parts[0] == parts[1]), "\(distance) letters differ")
        check(distance <= max(parts[0].count, parts[1].count), "more letters differ than there are")
    }

    /// Variables, `NAME=VALUE`, laid over nothing: the whole configuration without YAML.
    @Sendable static func variables(_ text: String) {
        var environment: [String: String] = [:]
        for line in text.split(separator: "\n", maxSplits: 3) {
            let pair = line.split(separator: "=", maxSplits: 1)
            if pair.count == 2 { environment["DESKPIPE_\(pair[0])"] = String(pair[1]) }
        }
        guard !environment.isEmpty else { return }
        do {
            let settings = try Settings(yaml: "", file: "f", environment: environment)
            canBeUsed(settings)
        } catch {
            check(!error.message.isEmpty && error.message.utf8.count < 20_000, "an error without words, or of pages")
        }
    }
}
