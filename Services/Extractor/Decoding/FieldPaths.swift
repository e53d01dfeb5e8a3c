/// Fields to cut out of records, as a tree of their paths.
///
/// `phone` is a field; `via.source` one of an object, or of every object of an array; `custom_fields[360001]` the
/// elements of an array whose `id` is 360001; `custom_fields[].raw_value` is written for `custom_fields.raw_value`.
package struct FieldPaths: Hashable, Sendable {
    /// The field is cut out whole; what is below it does not matter.
    private(set) var isCut = false
    private(set) var members: [(name: [UInt8], paths: FieldPaths)] = []
    private(set) var elements: [(id: [UInt8], paths: FieldPaths)] = []

    package init(_ paths: [String] = []) {
        for path in paths { insert(Self.steps(of: path)[...]) }
    }

    var isEmpty: Bool { !isCut && members.isEmpty && elements.isEmpty }

    /// True when a column's path is one of these or below one.
    package func cut(column path: String) -> Bool {
        var node = self
        for step in Self.steps(of: path) {
            guard case .member(let name) = step, let next = node.paths(ofMember: name) else { return false }
            if next.isCut { return true }
            node = next
        }
        return false
    }

    func paths(ofMember name: some Collection<UInt8>) -> FieldPaths? {
        members.first { $0.name.elementsEqual(name) }?.paths
    }

    /// What is cut out of an array's element with this id.
    func paths(ofElement id: some Collection<UInt8>) -> FieldPaths {
        let own = elements.first { $0.id.elementsEqual(id) }?.paths
        var all = own ?? FieldPaths()
        for (name, paths) in members { all.merge(paths, intoMember: name) }
        return all
    }

    private enum Step {
        case member([UInt8])
        case element([UInt8])
    }

    private static func steps(of path: String) -> [Step] {
        path.split(separator: ".").flatMap { part -> [Step] in
            guard let bracket = part.firstIndex(of: "["), part.hasSuffix("]") else {
                return [.member(Array(part.utf8))]
            }
            let id = part[part.index(after: bracket)...].dropLast()
            let name = Step.member(Array(part[..<bracket].utf8))
            return id.isEmpty ? [name] : [name, .element(Array(id.utf8))]
        }
    }

    private mutating func insert(_ steps: ArraySlice<Step>) {
        guard let step = steps.first else {
            isCut = true
            return
        }
        let rest = steps.dropFirst()
        switch step {
        case .member(let name):
            let index = members.firstIndex { $0.name == name } ?? members.endIndex
            if index == members.endIndex { members.append((name, FieldPaths())) }
            members[index].paths.insert(rest)
        case .element(let id):
            let index = elements.firstIndex { $0.id == id } ?? elements.endIndex
            if index == elements.endIndex { elements.append((id, FieldPaths())) }
            elements[index].paths.insert(rest)
        }
    }

    private mutating func merge(_ other: FieldPaths, intoMember name: [UInt8]) {
        let index = members.firstIndex { $0.name == name } ?? members.endIndex
        if index == members.endIndex { members.append((name, FieldPaths())) }
        members[index].paths.merge(other)
    }

    private mutating func merge(_ other: FieldPaths) {
        isCut = isCut || other.isCut
        for (name, paths) in other.members { merge(paths, intoMember: name) }
        elements += other.elements
    }

    package static func == (left: FieldPaths, right: FieldPaths) -> Bool {
        left.isCut == right.isCut
            && left.members.elementsEqual(right.members) { $0.name == $1.name && $0.paths == $1.paths }
            && left.elements.elementsEqual(right.elements) { $0.id == $1.id && $0.paths == $1.paths }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(isCut)
        for member in members {
            hasher.combine(member.name)
            hasher.combine(member.paths)
        }
        for element in elements {
            hasher.combine(element.id)
            hasher.combine(element.paths)
        }
    }
}
