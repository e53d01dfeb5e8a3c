import Dispatch

/// Where a scene's own steps run, one after another.
///
/// Swift's pool has a thread for each core. A few scenes that compare tables there, or ask a database, would keep all
/// others from looking at their processes for many seconds, and whatever they wait for would be over.
final class SceneThread: TaskExecutor {
    private let queue = DispatchQueue(label: "deskpipe.tests.scene")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
