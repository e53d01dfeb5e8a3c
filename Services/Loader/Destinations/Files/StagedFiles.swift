import Failpoints
import Foundation
import Loader

/// The files of one batch: written and made durable in staging, then put in place together.
struct StagedFiles {
    private let disk: FilesDirectory
    private let commit: Int64
    /// What no other loader's names in staging have.
    private let mark = String(UInt32.random(in: 0 ... .max), radix: 16)
    private var files: [(temporary: String, target: String)] = []

    /// Where the names of a batch's files are written before any of them is put in place.
    private static let intent = "_deskpipe/intent.json"

    private struct Intent: Codable {
        var commit: Int64
        var files: [String]
    }

    init(disk: FilesDirectory, commit: Int64) {
        self.disk = disk
        self.commit = commit
    }

    /// Where a file lies that the batch has written; nil for one that it has not.
    func temporary(of target: String) -> String? { files.first { $0.target == target }?.temporary }

    mutating func write(_ target: String, _ data: Data) throws {
        try disk.beforeStep("stage \(target)")
        let file = try OutputFile(disk.absolute(stage(target)), directory: disk)
        try data.withUnsafeBytes { bytes in try file.write(bytes) }
        try file.finish()
    }

    /// Writes a gzip file.
    mutating func writePart(_ target: String, _ body: (GzipFile) throws -> Void) throws {
        try disk.beforeStep("stage \(target)")
        let file = try GzipFile(disk.absolute(stage(target)), directory: disk)
        try body(file)
        try disk.beforeStep("synchronize \(target)")
        try file.finish()
    }

    /// The place in staging for a file that is to be put in place with the batch.
    private mutating func stage(_ target: String) -> String {
        // A file that is written twice: the second takes the first one's place.
        if let known = temporary(of: target) { return known }
        let temporary = "\(FilesDirectory.staging)/\(commit)-\(mark)-\(files.count)"
        files.append((temporary, target))
        return temporary
    }

    /// Puts all files in place, durable when it returns. Their names are written down before, for whoever comes after a
    /// crash.
    func putInPlace() throws {
        guard !files.isEmpty else { return }
        let intent = Intent(commit: commit, files: files.map(\.target))
        try disk.replace(Self.intent, with: FilesManifest.encoder.encode(intent))
        var directories: [String] = []
        for (temporary, target) in files {
            let directory = target.split(separator: "/").dropLast().joined(separator: "/")
            if !directories.contains(directory) {
                directories.append(directory)
                try disk.makeDirectory(directory)
            }
            try Failpoint.filesRenaming.hit(orFail: DestinationError.atFailpoint)
            try disk.move(temporary, to: target)
        }
        for directory in directories { try disk.synchronize(directory) }
    }

    /// Removes what a batch that was not committed left, before anything else is written.
    static func removeLeftovers(of manifest: FilesManifest, _ disk: FilesDirectory) throws {
        if let data = try disk.read(intent), let left = try? JSONDecoder().decode(Intent.self, from: data) {
            if left.commit > manifest.commit {
                for file in left.files { try disk.remove(file) }
                for directory in Set(left.files.map { $0.split(separator: "/").dropLast().joined(separator: "/") })
                where disk.exists(directory) {
                    try disk.synchronize(directory)
                }
                try disk.remove(intent)
            }
        }
        for name in try disk.list(FilesDirectory.staging) { try disk.remove("\(FilesDirectory.staging)/\(name)") }
        let used = Set(manifest.tables.compactMap(\.keys))
        for name in try disk.list(FilesDirectory.keys).map({ "\(FilesDirectory.keys)/\($0)" })
        where !used.contains(name) {
            try disk.remove(name)
        }
    }

    /// Makes a table's directory with a part without rows.
    static func makeEmptyPart(of directory: String, commit: Int64, _ disk: FilesDirectory) throws {
        try disk.makeDirectory(directory)
        let name = "empty-\(commit).jsonl.gz"
        let temporary = "\(FilesDirectory.staging)/\(name)"
        try GzipFile(disk.absolute(temporary), directory: disk).finish()
        try disk.move(temporary, to: "\(directory)/\(name)")
        try disk.synchronize(directory)
    }
}
