import Foundation
package import Model

/// How much the embedded log keeps, and what it asks of the machine.
package struct EmbeddedSettings: Sendable {
    /// How long records stay that every group has committed: `embedded.keep`.
    package var keep: Duration
    /// The most bytes that the log's content may take: `embedded.max`.
    package var max: Int64
    /// Partitions of every topic, fixed when the file is made.
    package var partitions: Int32
    /// The time of day that messages are stamped with.
    package var now: @Sendable () -> Timestamp
    /// Bytes that the file system of a path has left for this process; nil where it does not say.
    package var freeBytes: @Sendable (String) -> Int64?

    /// What the log leaves free on its disk, whatever ``max`` says.
    package static let reserve: Int64 = 1 << 30

    package init(
        keep: Duration = .seconds(86_400),
        max: Int64 = 10 << 30,
        partitions: Int32 = 12,
        now: @escaping @Sendable () -> Timestamp = EmbeddedSettings.systemTime,
        freeBytes: @escaping @Sendable (String) -> Int64? = EmbeddedSettings.freeBytes(at:)
    ) {
        self.keep = keep
        self.max = max
        self.partitions = partitions
        self.now = now
        self.freeBytes = freeBytes
    }

    /// The system's clock.
    @Sendable
    package static func systemTime() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    /// What `statvfs` gives for unprivileged processes.
    @Sendable
    package static func freeBytes(at path: String) -> Int64? {
        var facts = statvfs()
        guard statvfs(path, &facts) == 0 else { return nil }
        let bytes = UInt64(facts.f_bavail).multipliedReportingOverflow(by: UInt64(facts.f_frsize))
        return bytes.overflow ? .max : Int64(clamping: bytes.partialValue)
    }
}
