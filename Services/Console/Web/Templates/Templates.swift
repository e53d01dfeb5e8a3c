/// All templates by name. They are part of the program, so that it needs no file beside it.
enum Templates {
    static let all: [String: String] = [
        "layout": Templates.layout,
        "time": Templates.time,
        "fleet": Templates.fleet,
        "connection": Templates.connection,
        "extractions": Templates.extractions,
        "run": Templates.run,
        "log-line": Templates.logLine,
        "loads": Templates.loads,
        "table-loads": Templates.tableLoads,
        "rejected": Templates.rejected,
        "rejected-record": Templates.rejectedRecord,
        "schema": Templates.schema,
        "usage": Templates.usage,
        "day-picker": Templates.dayPicker,
        "alerts": Templates.alerts,
        "alert": Templates.alert,
        "check": Templates.check,
        "findings": Templates.findings,
        "login": Templates.login,
        "message": Templates.message,
    ]
}
