import ServiceRuntime
import Testing

@Suite("Stop signal")
struct StopSignalTests {
    @Test("wakes everyone who waits, and whoever comes later")
    func wakes() async {
        let signal = StopSignal()
        await withTaskGroup { group in
            for _ in 0..<10 { group.addTask { await signal.wait() } }
            signal.set()
            await group.waitForAll()
        }
        await signal.wait()
        #expect(signal.isSet)
    }

    @Test("lets a cancelled task go")
    func cancelled() async {
        let signal = StopSignal()
        await withTaskGroup { group in
            group.addTask { await signal.wait() }
            group.cancelAll()
        }
        #expect(!signal.isSet)
    }
}
