// Preloaded into a process (LD_PRELOAD): records what it writes below some directories, kills it at one of those calls, or refuses them.
//   REPROBUILD_ROOTS   the directories, absolute, with a colon between two
//   REPROBUILD_RECORD  the file that receives the record; DiskRecord.cs reads it
//   REPROBUILD_FAULT   MODE:N, as reprobuild_arm takes them
// Calls are made under one lock, so the record has them in their order. Paths must be absolute, as .NET's are.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

// Nothing; SIGKILL at call N; no space for call N; no space from call N on; from call N on the file system is read-only.
enum { NONE, KILL, FAIL, FULL, READ_ONLY };
enum { CREATE = 1, WRITE, TRUNCATE, RENAME, UNLINK, MKDIR, RMDIR, SYNC, LINK };

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static const char *roots;
static int record = -1, mode;
static long fault_at, calls;

// Sets what happens at the Nth call from now on; returns how many calls there were since the last time.
long reprobuild_arm(int new_mode, long at) {
    pthread_mutex_lock(&gate);
    long made = calls;
    mode = new_mode, fault_at = at, calls = 0;
    pthread_mutex_unlock(&gate);
    return made;
}

__attribute__((constructor)) static void start(void) {
    roots = getenv("REPROBUILD_ROOTS");
    const char *file = getenv("REPROBUILD_RECORD"), *fault = getenv("REPROBUILD_FAULT");
    if (file) record = syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    if (fault) sscanf(fault, "%d:%ld", &mode, &fault_at);
}

static int is_ours(const char *path) {
    for (const char *root = roots; root && *root; root = strchr(root, ':') ? strchr(root, ':') + 1 : "") {
        size_t length = strcspn(root, ":");
        if (!strncmp(path, root, length) && (path[length] == '/' || !path[length])) return 1;
    }
    return 0;
}

// The path of an open file that has a name and is below one of the directories.
static int find(int fd, char *path) {
    if (!roots) return 0;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, path, PATH_MAX - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return is_ours(path);
}

static void put(const void *bytes, size_t count) {
    for (const char *p = bytes; count > 0;) {
        long written = syscall(SYS_write, record, p, count);
        if (written <= 0) abort();
        p += written, count -= written;
    }
}

static void keep(uint32_t what, const char *path, const void *data, size_t count, int64_t number) {
    if (record < 0) return;
    struct { uint32_t what, path, data, zero; int64_t number; } head = { what, strlen(path), count, 0, number };
    put(&head, sizeof head);
    put(path, head.path);
    put(data, count);
}

// Whether the call is refused. What frees space is not, unless nothing may be written.
static int refused(int frees) {
    long call = frees && (mode == FAIL || mode == FULL) ? 0 : ++calls;
    if (mode == KILL && call == fault_at) {
        syscall(SYS_kill, getpid(), SIGKILL);
        for (;;) pause();
    }
    if (call && ((mode == FAIL && call == fault_at) || (mode >= FULL && call >= fault_at))) {
        errno = mode == READ_ONLY ? EROFS : ENOSPC;
        return 1;
    }
    return 0;
}

#define OURS(condition, frees, call, then) \
    if (!(condition)) return call; \
    pthread_mutex_lock(&gate); \
    long result = refused(frees) ? -1 : call; \
    int error = errno; \
    if (result >= 0) { then; } \
    pthread_mutex_unlock(&gate); \
    errno = error; \
    return result;

static int open_any(const char *path, int flags, mode_t mode_bits) {
    int creates = flags & O_CREAT && is_ours(path) && syscall(SYS_faccessat, AT_FDCWD, path, F_OK) != 0;
    int truncates = flags & O_TRUNC && is_ours(path);
    int is_unnamed = (flags & O_TMPFILE) == O_TMPFILE && is_ours(path);
    OURS(creates || truncates || is_unnamed, 0, syscall(SYS_openat, AT_FDCWD, path, flags, mode_bits),
         if (creates) keep(CREATE, path, "", 0, 0); else if (truncates) keep(TRUNCATE, path, "", 0, 0))
}

#define MODE_BITS va_list list; va_start(list, flags); mode_t bits = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0; va_end(list)
int open(const char *path, int flags, ...) { MODE_BITS; return open_any(path, flags, bits); }
int open64(const char *path, int flags, ...) { MODE_BITS; return open_any(path, flags, bits); }

static ssize_t write_any(int fd, const void *data, size_t count, int64_t offset) {
    char path[PATH_MAX];
    int at_position = offset < 0;
    if (!find(fd, path)) return at_position ? syscall(SYS_write, fd, data, count) : syscall(SYS_pwrite64, fd, data, count, offset);
    if (at_position) offset = lseek(fd, 0, SEEK_CUR);
    // A process that is killed in a write has done a part of it.
    if (mode == KILL && calls + 1 == fault_at && record < 0) syscall(SYS_pwrite64, fd, data, count / 2, offset);
    OURS(1, 0, at_position ? syscall(SYS_write, fd, data, count) : syscall(SYS_pwrite64, fd, data, count, offset),
         keep(WRITE, path, data, result, offset))
}

ssize_t write(int fd, const void *data, size_t count) { return write_any(fd, data, count, -1); }
ssize_t pwrite(int fd, const void *data, size_t count, off_t offset) { return write_any(fd, data, count, offset); }
ssize_t pwrite64(int fd, const void *data, size_t count, off64_t offset) { return write_any(fd, data, count, offset); }

// The first part only: the caller writes the rest.
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
    int first = 0;
    while (first < count - 1 && !parts[first].iov_len) first++;
    return count ? write_any(fd, parts[first].iov_base, parts[first].iov_len, offset) : 0;
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) { return pwritev(fd, parts, count, offset); }

int ftruncate(int fd, off_t length) {
    char path[PATH_MAX];
    OURS(find(fd, path), 0, syscall(SYS_ftruncate, fd, length), keep(TRUNCATE, path, "", 0, length))
}
int ftruncate64(int fd, off64_t length) { return ftruncate(fd, length); }

// No file below the directories is preallocated; a file system may refuse to.
int fallocate(int fd, int how, off_t offset, off_t length) {
    char path[PATH_MAX];
    if (!find(fd, path)) return syscall(SYS_fallocate, fd, how, offset, length);
    errno = EOPNOTSUPP;
    return -1;
}
int fallocate64(int fd, int how, off64_t offset, off64_t length) { return fallocate(fd, how, offset, length); }

static int sync_any(int fd, int number) {
    char path[PATH_MAX];
    OURS(find(fd, path), 0, syscall(number, fd), keep(SYNC, path, "", 0, 0))
}
int fsync(int fd) { return sync_any(fd, SYS_fsync); }
int fdatasync(int fd) { return sync_any(fd, SYS_fdatasync); }

int rename(const char *from, const char *to) {
    OURS(is_ours(from) || is_ours(to), 0, syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to), keep(RENAME, from, to, strlen(to), 0))
}
int link(const char *from, const char *to) {
    OURS(is_ours(to), 0, syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0), keep(LINK, from, to, strlen(to), 0))
}
int unlink(const char *path) { OURS(is_ours(path), 1, syscall(SYS_unlinkat, AT_FDCWD, path, 0), keep(UNLINK, path, "", 0, 0)) }
int rmdir(const char *path) { OURS(is_ours(path), 1, syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR), keep(RMDIR, path, "", 0, 0)) }
int mkdir(const char *path, mode_t bits) { OURS(is_ours(path), 0, syscall(SYS_mkdirat, AT_FDCWD, path, bits), keep(MKDIR, path, "", 0, 0)) }
