import Foundation
import ServiceRuntime
import Testing

@Suite("Files for this user alone")
struct PrivateFileTests {
    private static func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "deskpipe-private-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }

    private static func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test("a file and its directory can be read by nobody else, whatever the umask")
    func mode() throws {
        try Self.withFolder { folder in
            let former = umask(0)
            defer { umask(former) }
            try PrivateFile.make("\(folder)/secrets/one", "text")
            #expect(try Self.mode("\(folder)/secrets/one") == 0o600)
            #expect(try Self.mode("\(folder)/secrets") == 0o700)
        }
    }

    @Test("a file that is there is made by nobody, and replaced as a whole")
    func replace() throws {
        try Self.withFolder { folder in
            let path = "\(folder)/one"
            try PrivateFile.make(path, "first")
            #expect(throws: PrivateFileError.self) { try PrivateFile.make(path, "second") }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "first")
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            try PrivateFile.replace(path, "second")
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "second")
            #expect(try Self.mode(path) == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["one"])
        }
    }

    @Test("a link leads nowhere: what it points to stays as it is")
    func link() throws {
        try Self.withFolder { folder in
            try PrivateFile.make("\(folder)/other", "theirs")
            let link = "\(folder)/link"
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "\(folder)/other")
            #expect(throws: PrivateFileError.self) { try PrivateFile.make(link, "ours") }
            try PrivateFile.replace(link, "ours")
            #expect(try String(contentsOfFile: "\(folder)/other", encoding: .utf8) == "theirs")
        }
    }

    @Test("where nothing can be written, the error names the place")
    func refused() {
        let error = #expect(throws: PrivateFileError.self) { try PrivateFile.make("/proc/nothing/here", "x") }
        #expect(error?.message.contains("/proc/nothing/here") == true)
    }
}
