/// Why a loader stops by itself: nothing more is received, and what came before is loaded first.
struct Halt {
    /// How long connections that lack events of before are waited for. A consumer that receives nothing for longer may
    /// lose its partitions.
    private static let patience = Duration.seconds(60)

    let error: LoaderError
    private let deadline = ContinuousClock.now + Self.patience

    init(_ error: LoaderError) { self.error = error }

    /// True once enough was waited.
    var isDue: Bool { .now >= deadline }
}
