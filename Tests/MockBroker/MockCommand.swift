/// A line of standard input.
enum MockCommand: Equatable {
    /// `topic NAME [PARTITIONS]`: makes a topic; one that exists with that count is left as it is.
    case topic(name: String, partitions: Int32?)
    /// `absent NAME [PARTITIONS]`: until a `topic` command the topic does not exist, though clients ask for it; one
    /// that exists is left as it is.
    case absent(name: String, partitions: Int32?)
    /// `down ID`: the broker drops its connections and takes no new ones.
    case down(Int32)
    /// `up ID`
    case up(Int32)
    /// `rtt ID MILLISECONDS`: delays the broker's answers.
    case roundTrip(Int32, milliseconds: Int32)
    /// `error APIKEY CODE COUNT`: the next COUNT requests of the kind fail with the protocol's error code.
    case error(api: Int16, code: Int32, count: Int)
    /// `coordinator group|transaction KEY ID`
    case coordinator(kind: String, key: String, broker: Int32)
    /// `leader TOPIC PARTITION ID`
    case leader(topic: String, partition: Int32, broker: Int32)
    /// `quit`
    case quit

    init?(_ line: String) {
        let words = line.split(separator: " ").map(String.init)
        func number<Value: FixedWidthInteger>(_ index: Int) -> Value? {
            words.indices.contains(index) ? Value(words[index]) : nil
        }
        switch (words.first, words.count) {
        case ("topic", 2), ("topic", 3), ("absent", 2), ("absent", 3):
            let partitions: Int32? = number(2)
            if words.count == 3 && partitions == nil { return nil }
            self =
                words[0] == "topic"
                ? .topic(name: words[1], partitions: partitions) : .absent(name: words[1], partitions: partitions)
        case ("down", 2):
            guard let broker: Int32 = number(1) else { return nil }
            self = .down(broker)
        case ("up", 2):
            guard let broker: Int32 = number(1) else { return nil }
            self = .up(broker)
        case ("rtt", 3):
            guard let broker: Int32 = number(1), let milliseconds: Int32 = number(2) else { return nil }
            self = .roundTrip(broker, milliseconds: milliseconds)
        case ("error", 4):
            guard let api: Int16 = number(1), let code: Int32 = number(2), let count: Int = number(3) else {
                return nil
            }
            self = .error(api: api, code: code, count: count)
        case ("coordinator", 4):
            guard ["group", "transaction"].contains(words[1]), let broker: Int32 = number(3) else { return nil }
            self = .coordinator(kind: words[1], key: words[2], broker: broker)
        case ("leader", 4):
            guard let partition: Int32 = number(2), let broker: Int32 = number(3) else { return nil }
            self = .leader(topic: words[1], partition: partition, broker: broker)
        case ("quit", 1):
            self = .quit
        default:
            return nil
        }
    }
}
