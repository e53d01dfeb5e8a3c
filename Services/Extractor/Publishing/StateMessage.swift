import Messaging
import Model

extension Message {
    /// The message that makes a state the connection's newest.
    init(_ state: ConnectionState, of connection: ConnectionKey, in namespace: Namespace, partition: Int32) throws {
        self.init(
            topic: namespace.bookmarks,
            partition: partition,
            key: MessageKey.state(connection),
            value: try WireJSON.bytes(of: state)[...]
        )
    }
}
