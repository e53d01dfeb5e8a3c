import Foundation
import TestSupport

/// A small file system in memory that is filled and emptied.
final class SmallDisk: Sendable {
    let path: String
    private let megabytes: Int

    /// Nil where none can be mounted.
    init?(_ name: String, megabytes: Int, in workspace: Workspace) throws {
        guard Privileges.canMount else { return nil }
        path = workspace.path(name)
        self.megabytes = megabytes
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard Privileges.run("/bin/mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m,mode=0755", "tmpfs", path]) else {
            return nil
        }
    }

    /// Leaves so much room: the file system shrinks to little more than what is on it, which takes no memory.
    func fill(leaving bytes: Int) throws {
        var info = statvfs()
        guard statvfs(path, &info) == 0 else { throw UnmetExpectation("the small disk cannot be looked at") }
        let used = (Int(info.f_blocks) - Int(info.f_bfree)) * Int(info.f_frsize)
        // What is written in between makes it too small: then it is full anyway.
        for more in [bytes, bytes + 4 << 20, bytes + 64 << 20] where resize("\((used + more) / 1024)k") { return }
        throw UnmetExpectation("the small disk cannot be filled")
    }

    func empty() throws {
        guard resize("\(megabytes)m") else { throw UnmetExpectation("the small disk cannot be emptied") }
    }

    func unmount() { Privileges.run("/bin/umount", ["-l", path]) }

    private func resize(_ size: String) -> Bool {
        Privileges.run("/bin/mount", ["-o", "remount,size=\(size)", path])
    }
}
