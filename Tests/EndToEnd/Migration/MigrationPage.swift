import Foundation
import Testing

/// The blocks of docs/migrate-from-stitch.md, with names of a test's own in the place of the page's roles.
struct MigrationPage {
    struct Block {
        /// Of the heading above.
        var section: String
        var language: String
        var text: String
    }

    let blocks: [Block]

    /// - Parameter roles: what the page's roles are called here.
    init(roles: [String: String]) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/migrate-from-stitch.md"), encoding: .utf8)
        var blocks: [Block] = []
        var section = ""
        var open: Block?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let bare = line.drop { $0 == " " }
            if bare.hasPrefix("```") {
                if let block = open { blocks.append(block) }
                open = open == nil ? Block(section: section, language: String(bare.dropFirst(3)), text: "") : nil
            } else if open != nil {
                open?.text += line + "\n"
            } else if line.hasPrefix("#") {
                section = String(line.drop { $0 == "#" || $0 == " " })
            }
        }
        self.blocks = blocks.map { block in
            var block = block
            for (name, own) in roles { block.text = block.text.replacing(name, with: own) }
            return block
        }
    }

    /// The blocks of a language below the heading that begins so.
    func blocks(_ language: String, in section: String) -> [String] {
        blocks.filter { $0.language == language && $0.section.hasPrefix(section) }.map(\.text)
    }

    /// The arguments of the commands of a section, in order.
    func commands(in section: String) -> [[String]] {
        blocks("sh", in: section).flatMap { $0.split(separator: "\n") }.map { line in
            line.split(separator: " ").map(String.init).filter { $0 != "deskpipe" }
        }
    }

    /// The values of `schema:` that a section's settings have.
    func schemas(in section: String) -> [String] {
        blocks("yaml", in: section).flatMap { $0.split(separator: "\n") }.compactMap { line in
            line.firstMatch(of: /^\s*schema: (\w+)/).map { String($0.1) }
        }
    }
}
