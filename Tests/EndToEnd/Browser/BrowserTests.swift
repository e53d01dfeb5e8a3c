import Foundation
import Testing
import ZendeskSimulator

/// The console in Debian's Chromium. In each scene: no word in the browser's console, nothing that the content security
/// policy stops, no request to another host, no page wider than its window, and nothing that axe-core finds.
@Suite(
    "The console in a browser",
    .enabled(if: BrowserScene.isPossible, BrowserScene.missing),
    .serialized,
    .timeLimit(.minutes(30))
)
struct BrowserTests {
    @Test("an owner sets up Zendesk and Zendesk Chat, past a wrong address and a wrong secret, with a sign-in")
    func setup() async throws {
        try await withBrowserScene { scene in
            let problems = try await scene.play("setup")
            #expect(problems == "")
            let secrets = ["simulator-secret", "not-the-secret", "simulator-chat-secret", "granted-"]
            let kept = try scene.workspace.files(holding: secrets).filter { !$0.contains("client-secret: ") }
            #expect(kept.isEmpty, "a secret is elsewhere than in its own file")
        }
    }

    @Test("an account that is connected", arguments: Story.allCases)
    func connected(story: Story) async throws {
        try await withBrowserScene { scene in
            let problems = try await scene.play(story.rawValue)
            #expect(problems == "")
        }
    }

    enum Story: String, CaseIterable, CustomTestStringConvertible {
        case work
        case reading
        case keyboard
        case settings

        var testDescription: String {
            switch self {
            case .work: "a run is watched and stopped, paused, fails and is mended; its log is read"
            case .reading: "every page, light and dark, wide and at 360 px, and without JavaScript"
            case .keyboard: "by the keyboard alone"
            case .settings: "settings are changed, with the difference shown before"
            }
        }
    }
}
