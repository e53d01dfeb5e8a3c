import Foundation
import Model
import Yams

@testable import Console
@testable import Deskpipe

/// The configuration: YAML, then, behind a line of `---env`, variables. What is taken can be worked with, what is
/// refused is said in words, and a connection that is written as YAML is read as it was.
func fuzzSettings(_ bytes: [UInt8]) {
    guard let text = String(validating: bytes, as: UTF8.self) else { return }
    // A text and a connection cost more than all else: some inputs pay for them.
    let turn = bytes.count % 8
    if turn == 0 { isOneText(text) }
    let parts = text.split(separator: "\n---env\n", maxSplits: 1, omittingEmptySubsequences: false)
    var environment: [String: String] = [:]
    for line in parts.dropFirst().first?.split(separator: "\n") ?? [] {
        let pair = line.split(separator: "=", maxSplits: 1)
        if pair.count == 2 { environment["DESKPIPE_\(pair[0])"] = String(pair[1]) }
    }
    do {
        let settings = try Settings(yaml: String(parts[0]), file: "f", environment: environment)
        canBeUsed(settings)
        for connection in settings.connections { isWrittenAgain(connection.definition, isCommented: turn < 4) }
    } catch {
        check(!error.message.isEmpty, "an error without words")
        check(error.message.utf8.count < 20_000, "an error that fills pages")
    }
}

private let now = Timestamp(seconds: 1_795_168_800)

/// Times from settings are added to and taken from the present.
func canBeUsed(_ settings: Settings) {
    for duration in [
        settings.embedded.keep, settings.batch.age, settings.runLimit, settings.kafka.sessionTimeout,
    ] {
        check(now + duration > now && now - duration < now, "a time that goes nowhere")
    }
    check(settings.batch.rows > 0 && settings.batch.bytes > 0 && settings.concurrency > 0, "nothing may be done")
    for definition in settings.connections.map(\.definition) {
        check(definition.rateShare > 0 && definition.rateShare <= 1, "a share of \(definition.rateShare)")
        let grid = ScheduleGrid(of: definition)
        var slot = grid.next(after: nil, now: now)
        for _ in 0..<3 {
            let next = grid.next(after: slot.start, now: slot.dueAt, missed: .skipped)
            check(next.start > slot.start || slot.start == Timestamp(seconds: .max), "a schedule that stands still")
            slot = next
        }
        check(definition.subdomain.host.hasSuffix(".zendesk.com"), "another host")
    }
}

private func isWrittenAgain(_ definition: ConnectionDefinition, isCommented: Bool) {
    guard definition.destination == nil else { return }
    let text = "connections:\n" + ConnectionYAML(definition, isCommented: isCommented).text
    do {
        let read = try Settings(yaml: text, file: "written", environment: [:]).connections.map(\.definition)
        check(read == [definition], "a connection that was written is read as another one: \(text)")
    } catch { found("a connection that was written is refused: \(error.message): \(text)") }
}

/// Any text is one value of YAML, alone, in a list and as a key.
private func isOneText(_ text: String) {
    guard text.utf8.count <= 64 else { return }
    let value = YAMLText.scalar(text)
    for yaml in ["k: \(value)\n", "k: [\(value)]\n", "k: { \(value): \(value) }\n"] {
        guard let node = (try? Yams.compose(yaml: yaml))?.mapping?.first?.value else {
            found("a text is no value of YAML: \(yaml)")
        }
        let read =
            switch node {
            case .scalar(let scalar): [scalar.string]
            case .sequence(let list): list.compactMap(\.string)
            case .mapping(let pairs): pairs.flatMap { [$0.key.string, $0.value.string] }.compactMap(\.self)
            case .alias: [String]()
            }
        // Not Swift's equality, to which composed and decomposed letters are the same.
        check(
            !read.isEmpty && read.allSatisfy { $0.utf8.elementsEqual(text.utf8) },
            "a text is read otherwise: \(yaml)"
        )
    }
}
