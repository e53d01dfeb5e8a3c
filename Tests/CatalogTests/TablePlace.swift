/// Where a declared column is: an array makes a table of its own, a scalar in one is its column `value`.
struct TablePlace: Hashable {
    var table: String
    var column: String

    init(of path: String, in stream: String) {
        table = stream
        var names: [Substring] = []
        for part in path.split(separator: ".") {
            guard part.hasSuffix("[]") else {
                names.append(part)
                continue
            }
            names.append(part.dropLast(2))
            table += "__" + names.joined(separator: "__")
            names = []
        }
        column = names.isEmpty ? "value" : names.joined(separator: "__")
    }
}
