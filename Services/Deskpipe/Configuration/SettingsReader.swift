import Model

/// Reads one mapping of the settings and knows which keys it was asked for, so that whatever is left is an error.
final class SettingsReader {
    private let path: String
    private let place: String
    private let keys: [String: SettingsTree]
    private let record: SettingsRecord?
    private var asked: Set<String> = []

    init(_ tree: SettingsTree, path: String = "", record: SettingsRecord? = nil) throws(ConfigurationError) {
        self.path = path
        self.record = record
        self.place = tree.place
        switch tree.content {
        case .keys(let keys): self.keys = keys
        case .empty: self.keys = [:]
        default: throw .wrongKind(path: path, place: tree.place, expected: "a mapping of keys")
        }
    }

    /// The full name of a key, as errors show it.
    func name(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// Where a key is written, or the mapping that it is missing in.
    func place(of key: String) -> String { keys[key]?.place ?? place }

    func tree(_ key: String) -> SettingsTree? {
        asked.insert(key)
        record?.add(name(of: key))
        guard let tree = keys[key] else { return nil }
        if case .empty = tree.content { return nil }
        return tree
    }

    func text(_ key: String) throws(ConfigurationError) -> String? {
        guard let tree = tree(key) else { return nil }
        guard case .value(let value) = tree.content else { throw wrong(key, "a text") }
        return value
    }

    func text(_ key: String, example: String) throws(ConfigurationError) -> String {
        guard let value = try text(key) else { throw missing(key, example: example) }
        return value
    }

    /// A value that `parse` understands.
    /// - Parameter expected: what it must be, with an example, in words that follow "must be".
    func value<Value>(
        _ key: String,
        expected: String,
        _ parse: (String) -> Value?
    ) throws(ConfigurationError) -> Value? {
        record?.add(name(of: key), expected: expected)
        guard let text = try text(key) else { return nil }
        guard let value = parse(text) else { throw wrong(key, expected) }
        return value
    }

    /// What a rule of the setting at a key gives.
    func checked<Value>(
        _ key: String,
        _ rule: () throws(SettingProblem) -> Value
    ) throws(ConfigurationError) -> Value {
        do {
            return try rule()
        } catch {
            switch error {
            case .mustBe(let expected): throw wrong(key, expected)
            case .says(let problem): throw invalid(key, problem)
            }
        }
    }

    func secret(_ key: String) throws(ConfigurationError) -> SecretReference? {
        record?.add(name(of: key), expected: "env:NAME or file:PATH")
        guard let text = try text(key) else { return nil }
        guard let reference = SecretReference(parsing: text) else {
            throw .inlineSecret(path: name(of: key), place: place(of: key))
        }
        return reference
    }

    func secret(_ key: String, example: String) throws(ConfigurationError) -> SecretReference {
        guard let reference = try secret(key) else { throw missing(key, example: example) }
        return reference
    }

    /// A list of texts; a single text is a list of one.
    func texts(_ key: String) throws(ConfigurationError) -> [String]? {
        record?.add(name(of: key), expected: "a list of texts")
        guard let tree = tree(key) else { return nil }
        switch tree.content {
        case .value(let value): return [value]
        case .list(let list):
            var texts: [String] = []
            for element in list {
                guard case .value(let value) = element.content else { throw wrong(key, "a list of texts") }
                texts.append(value)
            }
            return texts
        default: throw wrong(key, "a list of texts")
        }
    }

    /// The mapping at a key; an empty one where there is none.
    func mapping(_ key: String) throws(ConfigurationError) -> SettingsReader {
        try SettingsReader(tree(key) ?? .none, path: name(of: key), record: record)
    }

    /// The mappings of a list.
    func mappings(_ key: String) throws(ConfigurationError) -> [SettingsReader] {
        guard let tree = tree(key) else { return [] }
        guard case .list(let list) = tree.content else { throw wrong(key, "a list") }
        var readers: [SettingsReader] = []
        for (index, element) in list.enumerated() {
            readers.append(try SettingsReader(element, path: "\(name(of: key))[\(index)]", record: record))
        }
        return readers
    }

    /// The keys of a mapping whose names are the user's own.
    func names() -> [String] { keys.keys.sorted() }

    /// - Throws: ``ConfigurationError/unknownKey(path:place:nearest:)`` for the first key that was never asked for.
    func finish() throws(ConfigurationError) {
        guard let unknown = keys.keys.sorted().first(where: { !asked.contains($0) }) else { return }
        let nearest = asked.min { unknown.editDistance(to: $0) < unknown.editDistance(to: $1) }
        throw .unknownKey(path: name(of: unknown), place: place(of: unknown), nearest: nearest)
    }

    func missing(_ key: String, example: String) -> ConfigurationError {
        .missing(path: name(of: key), place: place(of: key), example: example)
    }

    func wrong(_ key: String, _ expected: String) -> ConfigurationError {
        .wrongKind(path: name(of: key), place: place(of: key), expected: expected)
    }

    func invalid(_ key: String, _ problem: String) -> ConfigurationError {
        .invalid(path: name(of: key), place: place(of: key), problem: problem)
    }
}
