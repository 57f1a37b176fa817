/* Preloaded into a process: stops it before every call that changes what is on disk for good. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static int stops; /* whether to stop before each call */

void stop_before_calls(void) { stops = 1; }

static void stop(void)
{
    if (stops)
        kill(getpid(), SIGSTOP);
}

#define STOPPED(name, parameters, arguments)                                                  \
    int name parameters                                                                       \
    {                                                                                         \
        static int(*real) parameters;                                                         \
        if (!real)                                                                            \
            real = (int(*) parameters)dlsym(RTLD_NEXT, #name);                                \
        stop();                                                                               \
        return real arguments;                                                                \
    }

STOPPED(fsync, (int file), (file))
STOPPED(fdatasync, (int file), (file))
STOPPED(rename, (const char *from, const char *to), (from, to))
STOPPED(renameat, (int a, const char *from, int b, const char *to), (a, from, b, to))
STOPPED(renameat2, (int a, const char *from, int b, const char *to, unsigned flags), (a, from, b, to, flags))
STOPPED(unlink, (const char *path), (path))
STOPPED(unlinkat, (int folder, const char *path, int flags), (folder, path, flags))
STOPPED(rmdir, (const char *path), (path))
