/* Preloaded into a process: counts the calls that change what is on disk for good, and kills before the n-th. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static long left = -1; /* calls until the kill; below 0: none is planned */

void kill_before(long n) { left = n; }

static void count(void)
{
    if (left < 0)
        return;
    if (--left == 0)
        kill(getpid(), SIGKILL);
}

#define COUNTED(name, parameters, arguments)                                                  \
    int name parameters                                                                       \
    {                                                                                         \
        static int(*real) parameters;                                                         \
        if (!real)                                                                            \
            real = (int(*) parameters)dlsym(RTLD_NEXT, #name);                                \
        count();                                                                              \
        return real arguments;                                                                \
    }

COUNTED(fsync, (int file), (file))
COUNTED(fdatasync, (int file), (file))
COUNTED(rename, (const char *from, const char *to), (from, to))
COUNTED(renameat, (int a, const char *from, int b, const char *to), (a, from, b, to))
COUNTED(renameat2, (int a, const char *from, int b, const char *to, unsigned flags), (a, from, b, to, flags))
COUNTED(unlink, (const char *path), (path))
COUNTED(unlinkat, (int folder, const char *path, int flags), (folder, path, flags))
COUNTED(rmdir, (const char *path), (path))
