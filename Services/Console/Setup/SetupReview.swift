import Catalog
package import Model

/// Answers, looked at: what is wrong with each, or the connection that they make. Pure.
///
/// Of a connection that is changed, tenant, id, name, schema, source and site prefix stay what they are, and so does all
/// that is not asked for.
package struct SetupReview: Sendable {
    /// By field, in words for people; empty where all is well.
    package private(set) var problems: [SetupField: String] = [:]
    /// Nil while there are problems.
    package private(set) var definition: ConnectionDefinition?
    /// The schedule that is answered, whatever else is wrong; nil where it is none.
    package private(set) var schedule: Schedule?
    /// To be written before the definition counts.
    package private(set) var secretFiles: [SecretFile] = []

    private let answers: SetupAnswers
    private let context: SetupContext

    package init(_ answers: SetupAnswers, _ context: SetupContext) {
        self.answers = answers
        self.context = context
        let draft = draft()
        definition = problems.isEmpty ? draft : nil
        if definition == nil { secretFiles = [] }
    }

    private mutating func draft() -> ConnectionDefinition? {
        guard let source = source() else { return nil }
        let subdomain = subdomain()
        let key = key()
        let name = context.present?.name ?? text(.name)
        let schema = schema(name)
        let auth = key.flatMap { authentication($0, source) }
        let startDate = checked(.startDate) { text throws(SettingProblem) in try StartDate.checked(text) }
        schedule = answeredSchedule()
        let streams = streams(source)
        let columns = columns(source)
        guard let subdomain, let key, let schema, let auth, let startDate, let schedule, let streams else { return nil }
        var made =
            context.present
            ?? ConnectionDefinition(
                tenant: key.tenant,
                id: key.connection,
                name: name,
                schema: schema,
                source: source,
                subdomain: subdomain,
                auth: auth,
                startDate: startDate,
                endpoint: context.endpoint,
                origin: context.origin
            )
        made.auth = auth
        made.startDate = startDate
        made.schedule = schedule
        made.streams = streams
        made.excludedColumns = columns
        return made
    }

    // MARK: What a connection is

    private mutating func source() -> Source? {
        if let present = context.present { return present.source }
        return checked(.source) { text throws(SettingProblem) in
            guard let source = Source(rawValue: text) else {
                throw .mustBe(Source.allCases.map(\.rawValue).joined(separator: " or "))
            }
            return source
        }
    }

    private mutating func subdomain() -> SitePrefix? {
        if let present = context.present { return present.subdomain }
        return checked(.subdomain) { text throws(SettingProblem) in try SitePrefix.checked(text) }
    }

    private mutating func key() -> ConnectionKey? {
        if let present = context.present { return present.key }
        let tenant = checked(.tenant) { text throws(SettingProblem) in
            guard let id = TenantID(rawValue: text) else { throw .mustBe(TenantID.rule) }
            return id
        }
        let connection = checked(.connection) { text throws(SettingProblem) in
            guard let id = ConnectionID(rawValue: text) else { throw .mustBe(TenantID.rule) }
            return id
        }
        guard let tenant, let connection else { return nil }
        let key = ConnectionKey(tenant: tenant, connection: connection)
        if context.others.contains(where: { $0.key == key }) {
            problems[.connection] = "\(key) is there already; give this one another id"
            return nil
        }
        return key
    }

    private mutating func schema(_ name: String) -> SchemaName? {
        if let present = context.present { return present.schema }
        let schema: SchemaName?
        if answers[.schema].isEmpty {
            schema = checked(.name) { text throws(SettingProblem) in try SchemaName.checked(fromName: text) }
        } else {
            schema = checked(.schema) { text throws(SettingProblem) in
                guard let schema = SchemaName(rawValue: text) else { throw .mustBe(SchemaName.rule) }
                return schema
            }
        }
        if let schema, let other = context.others.first(where: { $0.schema == schema }) {
            problems[answers[.schema].isEmpty ? .name : .schema] =
                "the schema \(schema) belongs to \(other.key); give another name"
            return nil
        }
        return schema
    }

    // MARK: The way in

    private mutating func authentication(_ key: ConnectionKey, _ source: Source) -> Authentication? {
        let kind = checked(.way) { text throws(SettingProblem) -> Authentication.Kind in
            guard let kind = Authentication.Kind(rawValue: text) else {
                throw .mustBe("one of \(Authentication.Kind.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            try kind.check(for: source)
            return kind
        }
        guard let kind else { return nil }
        let present = context.present?.auth.type == kind ? context.present?.auth : nil
        switch kind {
        case .oauthClientCredentials:
            let id = reference(.clientID, key, present)
            let secret = reference(.clientSecret, key, present)
            guard let id, let secret else { return nil }
            return .oauthClientCredentials(clientID: id, clientSecret: secret)
        case .oauthRefresh:
            let id = reference(.clientID, key, present)
            let secret = reference(.clientSecret, key, present, isOptional: true)
            return id.map { .oauthRefresh(clientID: $0, clientSecret: secret) }
        case .oauthToken:
            return reference(.token, key, present).map { .oauthToken(token: $0) }
        case .apiToken:
            let email = checked(.email) { text throws(SettingProblem) in try Authentication.checked(email: text) }
            let token = reference(.token, key, present)
            guard let email, let token else { return nil }
            return .apiToken(email: email, token: token)
        }
    }

    /// Where a secret is, or will be written.
    private mutating func reference(
        _ field: SetupField,
        _ key: ConnectionKey,
        _ present: Authentication?,
        isOptional: Bool = false
    ) -> SecretReference? {
        if let reference = SecretReference(parsing: answers[field]) { return reference }
        let path = context.secrets.path(of: field, key)
        if let secret = answers.secrets[field] {
            guard context.secrets.takesSecrets else {
                problems[field] = "no secret is taken here; write env:NAME or file:PATH, as the extractors see it"
                return nil
            }
            guard secret.value.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f }) else {
                problems[field] = "it holds line breaks or control characters"
                return nil
            }
            secretFiles.append(SecretFile(path: path, secret: secret))
            return .file(path)
        }
        if let kept = present?.reference(field) { return kept }
        if isOptional { return nil }
        guard context.secrets.takesSecrets else { return .file(path) }
        problems[field] = "it is missing"
        return nil
    }

    // MARK: What is read, and when

    private mutating func answeredSchedule() -> Schedule? {
        let now = context.now
        let frequency = checked(.frequency) { text throws(SettingProblem) in
            guard let frequency = SetupFrequency(rawValue: text) else {
                throw .mustBe(SetupFrequency.allCases.map(\.rawValue).joined(separator: ", "))
            }
            return frequency
        }
        switch frequency {
        case nil: return nil
        case .cron:
            return checked(.cron) { text throws(SettingProblem) in try Schedule.checked(cron: text, now: now) }
        case .interval:
            return checked(.every) { text throws(SettingProblem) in try Schedule.checked(every: text) }
        case .anchor:
            let every = checked(.every) { text throws(SettingProblem) in try Schedule.checked(every: text) }
            return checked(.anchor) { text throws(SettingProblem) in
                guard let anchor = TimeOfDay(rawValue: text) else { throw .mustBe(TimeOfDay.rule) }
                guard var anchored = every else { return nil }
                anchored.anchor = anchor
                try anchored.checkAnchor()
                return anchored
            } ?? nil
        }
    }

    private mutating func streams(_ source: Source) -> StreamSelection? {
        let present = context.present?.streams
        guard let chosen = answers.streams else { return present ?? StreamSelection() }
        guard !chosen.isEmpty else {
            problems[.streams] = "choose at least one"
            return nil
        }
        let known = Set(Catalog.streams(of: source).map(\.name))
        if let unknown = chosen.subtracting(known).min() {
            problems[.streams] = "there is no stream `\(unknown)`"
            return nil
        }
        // What was written with patterns stays so where it means the same.
        if let present, (try? Catalog.streams(of: source, selectedBy: present)).map({ Set($0.map(\.name)) }) == chosen {
            return present
        }
        return StreamSelection(chosen, of: source)
    }

    private mutating func columns(_ source: Source) -> [StreamName: [String]] {
        var excluded: [StreamName: [String]] = [:]
        for (name, paths) in answers.excludedColumns.sorted(by: { $0.key < $1.key }) where !paths.isEmpty {
            do throws(SettingProblem) {
                guard let stream = Catalog.stream(name, of: source) else { throw .says("there is no stream `\(name)`") }
                excluded[name] = try DeclaredPaths(stream.schema).excluded(by: paths)
            } catch {
                problems[.columns] = "\(name): \(error.message)"
            }
        }
        return excluded
    }

    // MARK: Answers

    private func text(_ field: SetupField) -> String { answers.value(field, at: context.now) }

    /// What a rule makes of an answer; nil, with the problem noted, where it refuses it.
    private mutating func checked<Value>(
        _ field: SetupField,
        _ rule: (String) throws(SettingProblem) -> Value
    ) -> Value? {
        let text = text(field)
        do throws(SettingProblem) {
            guard !text.isEmpty else { throw .says("it is missing") }
            return try rule(text)
        } catch {
            problems[field] = error.message
            return nil
        }
    }
}
