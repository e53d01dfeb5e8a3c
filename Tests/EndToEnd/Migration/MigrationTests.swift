import Foundation
import LibPQ
import Testing
import ZendeskSimulator

/// docs/migrate-from-stitch.md, with its own SQL and commands.
@Suite("The way over from Stitch", .enabled(if: Setting.postgresURL != nil))
struct MigrationTests {
    private static let compare = ["compare", "--schema", "stitch_zendesk", "--with", "deskpipe_zendesk"]

    @Test("the page leads over, step by step, and back")
    func page() async throws {
        try await MigrationScene.play(SceneOptions(tickets: 250)) { migration in
            let scene = migration.scene
            let page = migration.page
            // 1. Beside Stitch.
            try migration.configure(from: "1.")
            for command in page.commands(in: "1.") {
                let outcome = try await scene.deskpipe(command)
                #expect(outcome.exit == .status(0), "\(command): \(outcome.errors)")
            }
            try await migration.makeStitchSchema(of: try await scene.truth.tables())
            // 2. Compare: first without the right to.
            let commands = page.commands(in: "2.")
            #expect(commands == [Self.compare])
            let refused = try await scene.deskpipe(Self.compare)
            #expect(refused.exit == .status(9))
            #expect(refused.errors.contains("GRANT USAGE ON SCHEMA \"stitch_zendesk\" TO \"\(migration.loader)\""))
            for sql in page.blocks("sql", in: "2.") { try migration.run(sql) }
            let equal = try await migration.comparison(Self.compare)
            #expect(equal.exit == .status(0) && equal.result.equal, "\(equal.result.differences)")
            try Self.expectNotes(equal.result)
            // 3. Rights.
            let rights = page.blocks("sql", in: "3.")
            try #require(rights.count == 2)
            #expect(try migration.run(rights[0]).contains(migration.reporting))
            try migration.run(rights[1])
            // 4. The swap.
            try migration.run("CREATE VIEW public.open_tickets AS SELECT id FROM stitch_zendesk.tickets")
            let swap = page.blocks("sql", in: "4.")
            try #require(swap.count == 2)
            #expect(try migration.run(swap[0]) == ["public.open_tickets"])
            let loaded = try migration.tables(of: "deskpipe_zendesk")
            try migration.run(swap[1])
            // With the old setting nothing is loaded, and what was read waits.
            try await scene.change(WorldChange(updated: [.users: 5], added: [.tickets: 3, .users: 2]))
            let forgotten = try await scene.deskpipe("run", "--once")
            #expect(forgotten.exit == .status(9) && forgotten.errors.contains("schema deskpipe_zendesk belongs to"))
            let held = "SELECT relname FROM pg_class WHERE relnamespace = 'deskpipe_zendesk'::regnamespace"
            #expect(try migration.run(held) == ["renamed"])
            try migration.configure(from: "4.")
            let steps = page.commands(in: "4.")
            try #require(steps.count == 2)
            let resumed = try await scene.deskpipe(steps[0])
            #expect(resumed.exit == .status(0), "\(resumed.errors)")
            let now = try migration.tables(of: "stitch_zendesk")
            #expect(try await scene.truth.differences(from: now).isEmpty)
            #expect(now.count("tickets") == loaded.count("tickets") + 3)
            try Self.expectReadable(migration, "stitch_zendesk")
            // The old and the new: what came since is newer, nothing differs.
            let since = try await migration.comparison(steps[1])
            #expect(since.exit == .status(0), "\(since.result.differences)")
            #expect(since.result["tickets"]?.lone?["with"]?.newer == 3)
            // 6. Back.
            try migration.run(try #require(page.blocks("sql", in: "6.").first))
            try migration.configure(from: "1.")
            try await scene.change(WorldChange(updated: [.tickets: 4, .organizations: 2]))
            try await scene.runOnce()
            #expect(try await scene.truth.differences(from: try migration.tables(of: "deskpipe_zendesk")).isEmpty)
            #expect(try migration.count("SELECT count(*) FROM stitch_zendesk._sdc_rejected") == 1)
            // Over again, and the end of Stitch.
            try migration.run(swap[1])
            try migration.run("DROP VIEW public.open_tickets")
            try migration.run(try #require(page.blocks("sql", in: "7.").first))
            try migration.configure(from: "4.")
            try await scene.runOnce()
            #expect(try await scene.truth.differences(from: try migration.tables(of: "stitch_zendesk")).isEmpty)
        }
    }

    @Test("views give Stitch's names and types, and go away again")
    func views() async throws {
        try await MigrationScene.play(SceneOptions(tickets: 60)) { migration in
            let scene = migration.scene
            try migration.configure(from: "1.")
            try await scene.runOnce()
            try await migration.makeStitchSchema(of: try await scene.truth.tables())
            let blocks = migration.page.blocks("sql", in: "5.")
            try #require(blocks.count == 2)
            let before = try migration.run("SELECT updated_at FROM stitch_zendesk.tickets ORDER BY id")
            try migration.run(blocks[0])
            #expect(try migration.run("SELECT updated_at FROM stitch_zendesk.tickets ORDER BY id") == before)
            #expect(try migration.count("SELECT count(*) FROM stitch_zendesk.tickets__tags") > 0)
            try Self.expectReadable(migration, "stitch_zendesk")
            // Deskpipe goes on below the views.
            try await scene.change(WorldChange(added: [.tickets: 2]))
            try await scene.runOnce()
            #expect(try migration.count("SELECT count(*) FROM stitch_zendesk.tickets") == before.count + 2)
            try migration.run(blocks[1])
            #expect(try migration.count("SELECT count(*) FROM stitch_zendesk.tickets") == before.count)
        }
    }

    @Test("compare finds every planted difference, and nothing else")
    func planted() async throws {
        try await MigrationScene.play(SceneOptions(tickets: 250)) { migration in
            let scene = migration.scene
            try migration.configure(from: "1.")
            try await scene.runOnce()
            try await migration.makeStitchSchema(of: try await scene.truth.tables())
            for sql in migration.page.blocks("sql", in: "2.") { try migration.run(sql) }
            // Not a difference: what changes after Stitch's extraction.
            try await scene.change(WorldChange(updated: [.users: 2], added: [.tickets: 4, .organizations: 3]))
            try await scene.runOnce()
            let old = try await migration.comparison(Self.compare)
            #expect(old.exit == .status(0), "\(old.result.differences)")
            #expect(old.result["organizations"]?.lone?["with"]?.newer == 3)
            // Records that did not change since, from the oldest.
            let tickets = try migration.run("SELECT id FROM stitch_zendesk.tickets ORDER BY updated_at LIMIT 9")
            let users = try migration.run("SELECT id FROM stitch_zendesk.users ORDER BY updated_at LIMIT 2")
            let tagged = try migration.run(
                """
                SELECT t.id FROM stitch_zendesk.tickets t JOIN stitch_zendesk.tickets__tags g
                ON g._sdc_source_key_id = t.id AND g._sdc_level_0_id = 0 ORDER BY t.updated_at, t.id LIMIT 2
                """
            )
            try migration.run(
                """
                UPDATE stitch_zendesk.tickets SET subject = 'missed' WHERE id IN (\(tickets[3]), \(tickets[4]));
                UPDATE stitch_zendesk.tickets SET status = NULL WHERE id = \(tickets[5]);
                UPDATE stitch_zendesk.tickets SET due_at = '2001-01-01 00:00:00' WHERE id = \(tickets[6]);
                DELETE FROM deskpipe_zendesk.users WHERE id = \(users[0]);
                DELETE FROM stitch_zendesk.users WHERE id = \(users[1]);
                UPDATE stitch_zendesk.tickets__tags SET value = 'other' WHERE _sdc_source_key_id = \(tagged[0])
                    AND _sdc_level_0_id = 0;
                DELETE FROM deskpipe_zendesk.tickets__tags WHERE _sdc_source_key_id = \(tagged[1]) AND _sdc_level_0_id = 0;
                ALTER TABLE stitch_zendesk.groups ADD COLUMN region text;
                UPDATE stitch_zendesk.groups SET region = 'north' WHERE id = (SELECT min(id) FROM stitch_zendesk.groups);
                ALTER TABLE stitch_zendesk.organizations ALTER COLUMN shared_tickets TYPE text;
                CREATE TABLE stitch_zendesk.satisfaction_ratings (id bigint PRIMARY KEY, score text);
                INSERT INTO stitch_zendesk.satisfaction_ratings VALUES (1, 'good');
                GRANT SELECT ON stitch_zendesk.satisfaction_ratings TO \(migration.loader);
                UPDATE stitch_zendesk.ticket_metrics SET replies__it = 77, replies__de = NULL
                    WHERE ticket_id = \(tickets[7]);
                """
            )
            let found = try await migration.comparison(Self.compare)
            #expect(found.exit == .status(3) && !found.result.equal)
            let metric = try migration.run(
                "SELECT id FROM stitch_zendesk.ticket_metrics WHERE ticket_id = \(tickets[7])"
            )
            let compared = { (table: String) in "\(found.result[table]?.compared ?? 0) rows" }
            let expected: [(String, String)] = [
                ("groups", "region only in stitch_zendesk, with a value in 1 row"),
                ("organizations", "shared_tickets is text in stitch_zendesk, boolean in deskpipe_zendesk"),
                ("satisfaction_ratings", "only in stitch_zendesk, with 1 row"),
                (
                    "ticket_metrics",
                    "replies differs in 1 of \(compared("ticket_metrics")) ( %), in \(metric[0]) for one"
                ),
                ("tickets", "due_at differs in 1 of \(compared("tickets")) ( %), in \(tickets[6]) for one"),
                ("tickets", "status differs in 1 of \(compared("tickets")) ( %), in \(tickets[5]) for one"),
                (
                    "tickets",
                    "subject differs in 2 of \(compared("tickets")) ( %), in \(min(tickets[3], tickets[4])) for one"
                ),
                ("tickets__tags", "1 key only in stitch_zendesk: \(tagged[1]),0"),
                (
                    "tickets__tags",
                    "value differs in 1 of \(compared("tickets__tags")) ( %), in \(tagged[0]),0 for one"
                ),
                ("users", "1 key only in deskpipe_zendesk: \(users[1])"),
                ("users", "1 key only in stitch_zendesk: \(users[0])"),
            ]
            let shown = found.result.differences.map { $0.replacing(/\([^)]*%\)/, with: "( %)") }
            // The sub-rows of a record that one side lacks are not told again.
            #expect(shown.sorted() == expected.map { "\($0.0): \($0.1)" }.sorted())
            // The same for people, one table and its sub-tables only.
            let text = try await scene.deskpipe(Self.compare + ["--table", "users"])
            #expect(text.exit == .status(3) && text.output.contains("1 key only in stitch_zendesk: \(users[0])"))
            #expect(!text.output.contains("organizations"))
        }
    }

    private static func expectNotes(_ result: Comparison) throws {
        let tags = try #require(result["tickets__tags"])
        #expect(tags.stale_subrows?["schema"] ?? 0 > 0 && tags.stale_subrows?["with"] == 0)
        #expect(tags.verdict == "equal" && tags.compared ?? 0 > 0)
        for expected in [
            "times in stitch_zendesk have no zone", "compared as one: ", "ticket_metrics.replies",
            "left over from earlier",
            "_sdc_rejected", "_sdc_primary_keys", "tickets__custom_fields.value", "numbers are compared by value",
        ] {
            #expect(result.notes.contains { $0.contains(expected) }, "\(expected) is not among \(result.notes)")
        }
    }

    /// Readers read, and write nothing.
    private static func expectReadable(_ migration: MigrationScene, _ schema: String) throws {
        try migration.run("SET ROLE \(migration.reporting)")
        #expect(try migration.count("SELECT count(*) FROM \(schema).tickets") > 0)
        #expect(throws: PQError.self) { try migration.run("DELETE FROM \(schema).tickets") }
        try migration.run("RESET ROLE")
    }
}
