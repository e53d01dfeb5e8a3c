/// Pseudo-random numbers that depend on nothing but their seed (SplitMix64).
/// Source: https://prng.di.unimi.it/splitmix64.c
struct Draw: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// The draws of one version of one record: the same whenever and however often it is asked for.
    init(seed: UInt64, stream: SimulatedStream, index: Int, version: UInt32) {
        let salt: UInt64
        switch stream {
        case .tickets: salt = 0x9E6C_63D0_876A_3F6B
        case .users: salt = 0xB492_B66F_BE98_F273
        case .organizations: salt = 0x8EBC_6AF0_9C88_C6E3
        case .groups: salt = 0xD1B5_4A32_D192_ED03
        }
        var mixer = Draw(seed: seed ^ salt)
        mixer.state = mixer.next() &+ UInt64(index)
        mixer.state = mixer.next() &+ UInt64(version)
        state = mixer.next()
    }

    mutating func next() -> UInt64 {
        state = state &+ 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed &>> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed &>> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed &>> 31)
    }

    /// 0 up to and without `bound`; 0 where `bound` is not positive.
    mutating func below(_ bound: Int) -> Int {
        let drawn = next()
        return bound > 0 ? Int(truncatingIfNeeded: drawn &>> 33) % bound : 0
    }

    /// True in `percent` of a hundred cases.
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}
