import CMalloc

/// How the C library's allocator treats the large, short-lived buffers of pages and batches.
package enum MemoryPolicy {
    /// Gives freed buffers back to the system at once instead of keeping them for each thread, which makes the
    /// resident size that of what is in use. Call it before other threads start.
    /// Source: https://man7.org/linux/man-pages/man3/mallopt.3.html
    package static func apply() {
        mallopt(M_ARENA_MAX, 2)
        mallopt(M_MMAP_THRESHOLD, 128 << 10)
        mallopt(M_TRIM_THRESHOLD, 128 << 10)
    }
}
