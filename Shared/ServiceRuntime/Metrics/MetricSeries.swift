import CoreMetrics
import Synchronization

/// The values of one metric under one set of labels. It is every kind of handler; a metric uses the one of its kind.
final class MetricSeries: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler, TimerHandler {
    struct Value: Sendable {
        /// Of a counter or gauge; the sum of a histogram.
        var number = 0.0
        /// Of a histogram, by bucket, not cumulated; the last one has no bound.
        var counts: [Int]
    }

    private let bounds: [Double]
    private let value: Mutex<Value>

    init(bounds: [Double] = []) {
        self.bounds = bounds
        value = Mutex(Value(counts: bounds.isEmpty ? [] : Array(repeating: 0, count: bounds.count + 1)))
    }

    var current: Value { value.withLock { $0 } }

    func increment(by amount: Int64) { increment(by: Double(amount)) }
    func increment(by amount: Double) { value.withLock { $0.number += amount } }
    func decrement(by amount: Double) { value.withLock { $0.number -= amount } }
    func set(_ number: Int64) { set(Double(number)) }
    func set(_ number: Double) { value.withLock { $0.number = number } }
    func reset() { set(0.0) }
    func record(_ number: Int64) { record(Double(number)) }

    func record(_ number: Double) {
        value.withLock { value in
            value.number += number
            guard !bounds.isEmpty else { return }
            value.counts[bounds.firstIndex { number <= $0 } ?? bounds.count] += 1
        }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) * 1e-9) }
}
