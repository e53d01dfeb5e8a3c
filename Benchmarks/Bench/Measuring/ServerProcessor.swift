import Foundation
import LibPQ

/// The processor time of a PostgreSQL server on this machine: of all its processes, those that ended too.
struct ServerProcessor {
    private let postmaster: Int32

    /// - Parameter session: a session of the server; its process is the postmaster's child.
    init(_ session: PQConnection) throws {
        let backend = try session.execute("SELECT pg_backend_pid()").integer(0, 0) ?? 0
        guard let fields = Self.fields(Int32(backend)), let parent = Int32(fields[1]) else {
            throw BenchError("the server's processes are not to be seen from here")
        }
        postmaster = parent
    }

    /// In steps of the kernel's ticks, 10 ms as a rule.
    func seconds() -> Double {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        var ticks = 0.0
        for process in processes.compactMap({ Int32($0) }) {
            guard let fields = Self.fields(process) else { continue }
            // Behind the state and the parent: 11 others, then utime, stime and those of children that ended.
            let times = fields[11...14].compactMap { Double($0) }
            if process == postmaster {
                ticks += times.reduce(0, +)
            } else if fields[1] == String(postmaster) {
                ticks += times.prefix(2).reduce(0, +)
            }
        }
        return ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// The fields of a process behind its name, the state first; nil for one that is gone.
    private static func fields(_ process: Int32) -> [Substring]? {
        guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let name = stat.lastIndex(of: ")")
        else { return nil }
        let fields = stat[stat.index(after: name)...].split(separator: " ")
        return fields.count > 14 ? fields : nil
    }
}
