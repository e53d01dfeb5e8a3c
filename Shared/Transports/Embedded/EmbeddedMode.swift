/// Who opens the log's file.
package enum EmbeddedMode: Hashable, Sendable {
    /// The one process that may publish and consume; it creates the file where there is none.
    case owner
    /// A command that reads beside a running owner, or without one; it takes no lock and changes nothing.
    case reader
    /// A command that asks a running owner for something, or whoever owns the log next: it reads, and appends to these
    /// topics and no other. It takes no lock; each append is one transaction beside the owner's.
    case asker(topics: Set<String>)
}
