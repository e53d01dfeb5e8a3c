import Foundation

/// What the system knows of this process, under the names that all Prometheus clients use.
enum ProcessMetrics {
    static func now() -> [MetricSample] {
        var samples: [MetricSample] = []
        if let resident = residentBytes { samples.append(MetricSample(MetricNames.residentBytes, [], resident)) }
        if let files = openFiles { samples.append(MetricSample(MetricNames.openFiles, [], files)) }
        if let (cpu, start) = times {
            samples.append(MetricSample(MetricNames.cpuSeconds, [], cpu))
            samples.append(MetricSample(MetricNames.startTime, [], start))
        }
        return samples
    }

    /// Source: https://man7.org/linux/man-pages/man5/proc_pid_statm.5.html
    private static var residentBytes: Double? {
        let fields = words(of: "/proc/self/statm")
        guard fields.count > 1, let pages = Double(fields[1]) else { return nil }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }

    private static var openFiles: Double? {
        // The one that lists them is one of them.
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")).map { Double($0.count - 1) }
    }

    /// Processor seconds, and the start in seconds since 1970.
    /// Source: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    private static var times: (cpu: Double, start: Double)? {
        let stat = text(of: "/proc/self/stat")
        // The name in parentheses may hold anything; `state`, the third field, follows it.
        guard let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        let booted = text(of: "/proc/stat").split(separator: "\n").first { $0.hasPrefix("btime ") }?.dropFirst(6)
        guard fields.count > 19, let user = Double(fields[11]), let system = Double(fields[12]),
            let start = Double(fields[19]), let boot = booted.flatMap({ Double($0) })
        else { return nil }
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        return ((user + system) / ticks, boot + start / ticks)
    }

    private static func words(of path: String) -> [Substring] { text(of: path).split(separator: " ") }

    private static func text(of path: String) -> String {
        // Systems without /proc have no such metrics.
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }
}
