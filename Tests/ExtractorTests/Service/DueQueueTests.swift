import Extractor
import Model
import TestSupport
import Testing

@Suite("DueQueue")
struct DueQueueTests {
    @Test("gives what is due, the earliest first, and nothing before its time")
    func order() {
        var queue = DueQueue<String>()
        queue.set("b", Timestamp(seconds: 20))
        queue.set("a", Timestamp(seconds: 10))
        queue.set("c", Timestamp(seconds: 30))
        #expect(queue.next == Timestamp(seconds: 10))
        #expect(queue.pop(at: Timestamp(seconds: 9)) == nil)
        #expect(queue.pop(at: Timestamp(seconds: 25)) == "a")
        #expect(queue.pop(at: Timestamp(seconds: 25)) == "b")
        #expect(queue.pop(at: Timestamp(seconds: 25)) == nil)
        #expect(queue.count == 1)
    }

    @Test("a key has one time: a new one takes the place of the former, nil takes it out")
    func moved() {
        var queue = DueQueue<String>()
        queue.set("a", Timestamp(seconds: 10))
        queue.set("b", Timestamp(seconds: 20))
        queue.set("a", Timestamp(seconds: 30))
        queue.set("b", nil)
        queue.set("never there", nil)
        #expect(queue["a"] == Timestamp(seconds: 30) && queue["b"] == nil)
        #expect(queue.pop(at: Timestamp(seconds: 29)) == nil)
        #expect(queue.pop(at: Timestamp(seconds: 30)) == "a")
    }

    @Test("after any changes it is what a sorted list of the same changes is")
    func property() {
        var random = SplitMix64(seed: 5)
        var queue = DueQueue<Int>()
        var model: [Int: Int64] = [:]
        for _ in 0..<5000 {
            let key = Int.random(in: 0..<60, using: &random)
            let time = Int64.random(in: 0..<1000, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                queue.set(key, nil)
                model[key] = nil
            case 1:
                let now = Timestamp(seconds: time)
                let expected = model.values.min().flatMap { $0 <= time ? $0 : nil }
                let popped = queue.pop(at: now)
                #expect(popped.flatMap { model[$0] } == expected)
                if let popped { model[popped] = nil }
            default:
                queue.set(key, Timestamp(seconds: time))
                model[key] = time
            }
            #expect(queue.count == model.count && queue.next?.seconds == model.values.min())
        }
    }
}
