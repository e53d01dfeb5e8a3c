package import Messaging

/// What a transport can be asked to prove. A behaviour that needs a capability its harness lacks is skipped, visibly.
package enum TransportCapability: String, Hashable, Sendable, CaseIterable {
    /// Messages of a transaction that did not commit are hidden from consumers and readers.
    case isolation
    /// A newer transactional producer of an id shuts out the older one.
    case fencing
    /// What was published and committed survives the end of the process, or the broker's.
    case persistence
    /// Compact topics can be made to keep only the last message of each key, now.
    case compaction
    /// Topics have a clean-up policy that `prepare` checks.
    case topicConfiguration
    /// Offsets of a partition rise by exactly one.
    case denseOffsets
    /// The log can be deleted and made anew.
    case recreation
}

/// One log of one kind of transport, for one behaviour; made anew for each, so that no test sees another's topics.
///
/// To run the suite for a transport, write a harness and one test (Swift Testing):
/// ```swift
/// @Test("keeps the transport contract", arguments: TransportBehaviour.all(for: MyHarness.capabilities))
/// func contract(_ behaviour: TransportBehaviour) async throws {
///     try await behaviour.run(MyHarness())
/// }
/// ```
/// and print `TransportBehaviour.skipped(for: MyHarness.capabilities)` with the reason.
package protocol TransportHarness: Sendable {
    static var capabilities: Set<TransportCapability> { get }

    /// All topics and groups of the behaviour begin with this name; unique where the broker is shared.
    var namespace: Namespace { get }

    /// Opens the transport over the log. Called once at the start of a behaviour. At least two partitions.
    func open() async throws -> any Transport

    /// Opens the log again as the next process does after `kill -9` of the one that held `abandoned`: nothing of it is
    /// closed in order. Only with ``TransportCapability/persistence``.
    func reopenAfterCrash(_ abandoned: any Transport) async throws -> any Transport

    /// Deletes the log with its topics, messages and group offsets and opens a new one of the same names.
    /// Only with ``TransportCapability/recreation``.
    func recreate(_ former: any Transport) async throws -> any Transport

    /// Publishes the messages in a transaction that ends without a commit. Only with ``TransportCapability/isolation``.
    func publishWithoutCommit(_ messages: [Message], through transport: any Transport) async throws

    /// Returns when compact topics hold the last message of each key only. Only with
    /// ``TransportCapability/compaction``.
    func compact(_ transport: any Transport) async throws

    /// Closes what is open and removes what was made.
    func tearDown() async
}

extension TransportHarness {
    package func reopenAfterCrash(_ abandoned: any Transport) async throws -> any Transport {
        throw UnmetExpectation("this harness has no persistence")
    }

    package func recreate(_ former: any Transport) async throws -> any Transport {
        throw UnmetExpectation("this harness cannot delete its log")
    }

    package func publishWithoutCommit(_ messages: [Message], through transport: any Transport) async throws {
        throw UnmetExpectation("this harness has no isolation")
    }

    package func compact(_ transport: any Transport) async throws {
        throw UnmetExpectation("this harness cannot compact")
    }
}
