import Foundation
import Model

/// Reports of loads that tests make up.
enum TestReport {
    static func make(_ id: String, at time: Timestamp) throws -> LoadingReport {
        let json = """
            {"version":1,"id":"\(id)","tenant":"acme","connection":"support","source":"zendesk-support",
            "stream":"tickets","schema":"s","table":"tickets","status":"succeeded","started_at":"\(time.formatted())",
            "completed_at":"\(time.formatted())","duration_ms":5,"events":3,"rows_loaded":3,"rows_inserted":1,
            "rows_updated":2,"rows_unchanged":0,"rows_superseded":0,"rows_deleted":0,"rows_rejected":0,
            "subtables":[],"bytes":100,"max_bookmark":{"column":"updated_at","value":"2026-11-20"},
            "batch":{"topic":"t","partition":1,"first_offset":1,"last_offset":3},"schema_changes":[]}
            """
        return try JSONDecoder().decode(LoadingReport.self, from: Data(json.utf8))
    }
}
