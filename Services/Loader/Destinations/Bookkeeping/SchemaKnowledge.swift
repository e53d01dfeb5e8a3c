import Loader
import Synchronization

/// What is known of a schema by all who work on it for one loader.
final class SchemaKnowledge: Sendable {
    private let held = Mutex<(state: SchemaState?, revision: Int64?)>((nil, nil))

    /// What the schema holds; nil where it has to be read.
    var state: SchemaState? {
        get { held.withLock(\.state) }
        set { held.withLock { $0.state = newValue } }
    }

    /// What the tables were when they were last told, or changed from here.
    var revision: Int64? {
        get { held.withLock(\.revision) }
        set { held.withLock { $0.revision = newValue } }
    }

    /// Takes over what a batch has made.
    /// - Parameter revision: nil where no table was changed.
    func loaded(_ state: SchemaState, revision: Int64?) {
        held.withLock { held in
            held.state = state
            if let revision { held.revision = revision }
        }
    }

    /// Has the schema read again.
    func forget() { held.withLock { $0.state = nil } }

    /// As when nothing was told yet.
    func clear() { held.withLock { $0 = (nil, nil) } }
}
