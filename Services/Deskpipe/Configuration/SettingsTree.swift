import Yams

/// The settings as written: a YAML file with the environment laid over it. Values are text until they are read.
struct SettingsTree: Sendable {
    var content: Content
    /// Where it was written, for errors: a line of the file or a variable's name.
    var place: String

    indirect enum Content: Sendable {
        case value(String)
        case list([SettingsTree])
        case keys([String: SettingsTree])
        case empty
    }

    static let none = SettingsTree(content: .empty, place: "")
    /// Values of a file, those that aliases repeat counted each time: a few lines of aliases can stand for more than any
    /// machine has room for.
    private static let mostValues = 200_000

    /// - Throws: ``ConfigurationError/notYAML(file:reason:)``
    init(yaml text: String, file: String) throws(ConfigurationError) {
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw .notYAML(file: file, reason: "\(error)".split(separator: "\n").first.map(String.init) ?? "")
        } catch {
            throw .notYAML(file: file, reason: "it cannot be read")
        }
        var room = Self.mostValues
        self =
            try node.map { node throws(ConfigurationError) in
                try SettingsTree(node: node, file: file, room: &room)
            } ?? .none
    }

    private init(content: Content, place: String) {
        self.content = content
        self.place = place
    }

    /// - Parameter room: how many more values there may be.
    private init(node: Node, file: String, room: inout Int) throws(ConfigurationError) {
        place = node.mark.map { "\(file):\($0.line)" } ?? file
        room -= 1
        guard room >= 0 else { throw .notYAML(file: file, reason: "it has more than \(Self.mostValues) values") }
        switch node {
        case .scalar(let scalar):
            let isEmpty = scalar.style == .plain && ["", "~", "null"].contains(scalar.string)
            content = isEmpty ? .empty : .value(scalar.string)
        case .sequence(let sequence):
            var list: [SettingsTree] = []
            for element in sequence { list.append(try SettingsTree(node: element, file: file, room: &room)) }
            content = .list(list)
        case .mapping(let mapping):
            var keys: [String: SettingsTree] = [:]
            for (key, value) in mapping {
                guard let name = key.string else { throw .wrongKind(path: "", place: place, expected: "text as a key") }
                guard keys.updateValue(try SettingsTree(node: value, file: file, room: &room), forKey: name) == nil
                else {
                    throw .repeated(path: name, place: place)
                }
            }
            content = .keys(keys)
        case .alias:
            throw .wrongKind(path: "", place: place, expected: "a value, not an alias")
        }
    }

    /// Lays `DESKPIPE_BATCH__ROWS=100` over `batch: { rows: ... }`.
    mutating func overlay(environment: [String: String]) {
        let prefix = "DESKPIPE_"
        for (name, value) in environment.sorted(by: { $0.key < $1.key }) {
            guard name.hasPrefix(prefix), !name.hasPrefix("DESKPIPE_TEST_"), !name.hasPrefix("DESKPIPE_FAILPOINT")
            else {
                continue
            }
            let path = name.dropFirst(prefix.count).lowercased().components(separatedBy: "__")
            set(path[...], to: value, place: name)
        }
    }

    private mutating func set(_ path: ArraySlice<String>, to value: String, place: String) {
        guard let key = path.first else {
            content = value.isEmpty ? .empty : .value(value)
            self.place = place
            return
        }
        if case .list(var list) = content, let index = Int(key), list.indices.contains(index) {
            list[index].set(path.dropFirst(), to: value, place: place)
            content = .list(list)
            return
        }
        var keys: [String: SettingsTree] = [:]
        if case .keys(let present) = content { keys = present }
        var child = keys[key] ?? SettingsTree(content: .empty, place: place)
        child.set(path.dropFirst(), to: value, place: place)
        keys[key] = child
        content = .keys(keys)
    }
}

extension String {
    fileprivate func components(separatedBy separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
