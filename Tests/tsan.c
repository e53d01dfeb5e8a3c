// Shows ThreadSanitizer what Swift's Mutex does where a thread has to wait for it: that happens in a library that is not
// instrumented and in the kernel, and what two threads did under one lock would count as a race. Loaded by Tests/tsan.sh
// before all else; in processes without the sanitizer it does nothing.
// Source: https://github.com/swiftlang/swift/blob/release/6.3/stdlib/public/Synchronization/Mutex/LinuxImpl.swift
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>

extern void __tsan_acquire(void *address) __attribute__((weak));
extern void __tsan_release(void *address) __attribute__((weak));

typedef __attribute__((swiftcall)) void lock_slow(uint32_t, __attribute__((swift_context)) void *);
typedef __attribute__((swiftcall)) void unlock_slow(__attribute__((swift_context)) void *);

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

__attribute__((swiftcall)) void shown_lock(uint32_t thread, __attribute__((swift_context)) void *mutex) __asm__(LOCK);
__attribute__((swiftcall)) void shown_unlock(__attribute__((swift_context)) void *mutex) __asm__(UNLOCK);

__attribute__((swiftcall)) void shown_lock(uint32_t thread, __attribute__((swift_context)) void *mutex) {
    static lock_slow *next;
    if (next == NULL) next = (lock_slow *)dlsym(RTLD_NEXT, LOCK);
    next(thread, mutex);
    if (__tsan_acquire != NULL) __tsan_acquire(mutex);
}

__attribute__((swiftcall)) void shown_unlock(__attribute__((swift_context)) void *mutex) {
    static unlock_slow *next;
    if (next == NULL) next = (unlock_slow *)dlsym(RTLD_NEXT, UNLOCK);
    if (__tsan_release != NULL) __tsan_release(mutex);
    next(mutex);
}
