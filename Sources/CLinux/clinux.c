#define _GNU_SOURCE
#include "clinux.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libintl.h>
#include <limits.h>
#include <link.h>
#include <locale.h>
#include <malloc.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/fsuid.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

struct start {
    char name[16];
    void (*body)(void *);
    void *context;
};

static void *begin(void *raw) {
    struct start start = *(struct start *)raw;
    free(raw);
    pthread_setname_np(pthread_self(), start.name);
    start.body(start.context);
    return NULL;
}

int clinux_start_thread(const char *name, size_t stack, void (*body)(void *), void *context) {
    struct start *start = calloc(1, sizeof *start);
    if (!start) return ENOMEM;
    strncpy(start->name, name, sizeof start->name - 1);
    start->body = body;
    start->context = context;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, stack);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    int code = pthread_create(&thread, &attributes, begin, start);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    if (code) free(start);
    return code;
}

int clinux_set_exclusive(int descriptor, int exclusive) {
    return ioctl(descriptor, exclusive ? TIOCEXCL : TIOCNXCL);
}

int clinux_open_pseudo_terminal(char *name, size_t length) {
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (master < 0) return -1;
    if (grantpt(master) == 0 && unlockpt(master) == 0 && ptsname_r(master, name, length) == 0) return master;
    int saved = errno;
    close(master);
    errno = saved;
    return -1;
}

void clinux_buffer_lines(void) { setvbuf(stdout, NULL, _IOLBF, 0); }

static int has_translations;

// Lets gettext listen to LANGUAGE, as it does not in the locale C, and from glibc 2.41 on in C.UTF-8 neither: a name
// that has a country as well is found to be that one.
static int listen_to_language(void) { return setlocale(LC_MESSAGES, "C_FR.UTF-8") != NULL; }

// A language that the system has no locale for, such as one that came by ssh: LANGUAGE names it to gettext.
static void use_foreign_language(void) {
    const char *names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    const char *value = NULL;
    for (size_t i = 0; i < 3 && (!value || !*value); i++) value = getenv(names[i]);
    if (!value || !*value || !listen_to_language()) return;
    char language[16];
    snprintf(language, sizeof language, "%.*s", (int)strcspn(value, "_.@"), value);
    setenv("LANGUAGE", language, 0);
}

void clinux_use_language(void) {
    const char *found = setlocale(LC_MESSAGES, "");
    const char *language = getenv("LANGUAGE");
    if (!found) use_foreign_language();
    else if (!strncmp(found, "C.", 2) && language && *language) listen_to_language();
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - sizeof "/share/locale");
    if (length <= 0) return;
    path[length] = 0;
    for (int i = 0; i < 2; i++) {
        char *slash = strrchr(path, '/');
        if (!slash) return;
        *slash = 0;
    }
    strcat(path, "/share/locale");
    if (!bindtextdomain("boxenergie", path)) return;
    // Without LC_CTYPE, which Swift does not need, accents would become question marks.
    bind_textdomain_codeset("boxenergie", "UTF-8");
    bind_textdomain_codeset("libc", "UTF-8");
    // The catalogue's own description is the translation of nothing.
    has_translations = *dgettext("boxenergie", "") != 0;
}

int clinux_has_translations(void) { return has_translations; }

const char *clinux_translation(const char *text) { return dgettext("boxenergie", text); }

int clinux_clock_is_synchronized(void) {
    struct timex state = {0};
    return ntp_adjtime(&state) != TIME_ERROR;
}

// 1 when the loader wrote addresses into an object's code, which is then not that of the file any more.
static int has_changed_code(const struct dl_phdr_info *object) {
    for (int i = 0; i < object->dlpi_phnum; i++) {
        if (object->dlpi_phdr[i].p_type != PT_DYNAMIC) continue;
        for (const ElfW(Dyn) *entry = (void *)(object->dlpi_addr + object->dlpi_phdr[i].p_vaddr); entry->d_tag; entry++)
            if (entry->d_tag == DT_TEXTREL || (entry->d_tag == DT_FLAGS && entry->d_un.d_val & DF_TEXTREL)) return 1;
    }
    return 0;
}

// Of what is only read, nothing is lost: it is mapped again from the file at the next use.
static int unmap_code(struct dl_phdr_info *object, size_t size, void *context) {
    // The program has an empty name, a library its path; the kernel's own object has neither.
    if ((*object->dlpi_name && *object->dlpi_name != '/') || has_changed_code(object)) return 0;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || part->p_flags & PF_W) continue;
        uintptr_t start = (object->dlpi_addr + part->p_vaddr + page - 1) & ~(page - 1);
        uintptr_t end = (object->dlpi_addr + part->p_vaddr + part->p_memsz) & ~(page - 1);
        if (start < end) madvise((void *)start, end - start, MADV_DONTNEED);
    }
    return 0;
}

void clinux_unmap_code(void) { dl_iterate_phdr(unmap_code, NULL); }

void clinux_trim_heap(void) { malloc_trim(0); }

pid_t clinux_thread_number(void) { return (pid_t)syscall(SYS_gettid); }

int clinux_open_event(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

int clinux_duplicate(int descriptor) { return fcntl(descriptor, F_DUPFD_CLOEXEC, 3); }

int clinux_replace(int other, int descriptor) { return dup3(other, descriptor, O_CLOEXEC); }

int clinux_open_signals(const int *numbers, size_t count) {
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < count; i++) sigaddset(&set, numbers[i]);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

int clinux_read_signal(int descriptor) {
    struct signalfd_siginfo information;
    return read(descriptor, &information, sizeof information) == sizeof information ? (int)information.ssi_signo : 0;
}

unsigned clinux_major(dev_t device) { return major(device); }

unsigned clinux_minor(dev_t device) { return minor(device); }

int clinux_open_process(pid_t process) {
    return (int)syscall(SYS_pidfd_open, process, 0);
}

int clinux_open_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int clinux_watch_folder(const char *path) {
    int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (watch < 0) return -1;
    uint32_t events = IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
    if (inotify_add_watch(watch, path, events) >= 0) return watch;
    int saved = errno;
    close(watch);
    errno = saved;
    return -1;
}

int clinux_find_user(const char *name, struct clinux_user *user) {
    char buffer[4096];
    struct passwd entry, *found = NULL;
    int code = getpwnam_r(name, &entry, buffer, sizeof buffer, &found);
    if (code != 0) return code;
    if (!found) return ENOENT;
    user->user = entry.pw_uid;
    user->group = entry.pw_gid;
    user->count = sizeof user->groups / sizeof *user->groups;
    // With more groups than there is room for, the first ones.
    if (getgrouplist(name, entry.pw_gid, user->groups, &user->count) < 0)
        user->count = sizeof user->groups / sizeof *user->groups;
    return 0;
}

int clinux_change_rights(const struct clinux_rights *rights, struct clinux_rights *before) {
    if (before) {
        before->user = setfsuid(-1);
        before->group = setfsgid(-1);
        before->count = getgroups(sizeof before->groups / sizeof *before->groups, before->groups);
        if (before->count < 0) return errno;
    }
    // The system's own call: glibc's would change all threads.
    if (syscall(SYS_setgroups, rights->count, rights->groups) < 0) return errno;
    setfsgid(rights->group);
    setfsuid(rights->user);
    // They do not say that they failed.
    return setfsuid(-1) == (int)rights->user && setfsgid(-1) == (int)rights->group ? 0 : EPERM;
}

// Closes all descriptors but the first three, whoever opened them, since libraries do not all ask for that themselves, and
// the one for a word about the start, which becomes the fourth and is closed at exec. Not all of them at exec: a program
// whose disk is stuck would keep lines and connections of ours open.
static int keep_from_program(int *word) {
    if (*word != 3 && dup3(*word, 3, O_CLOEXEC) < 0) return errno;
    *word = 3;
    if (syscall(SYS_close_range, 4, ~0U, 0) == 0) return 0;
    // Linux before 5.9, or a filter of system calls that does not know it.
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur > 1 << 16) limit.rlim_cur = 1 << 16;
    for (int descriptor = 4; descriptor < (int)limit.rlim_cur; descriptor++) close(descriptor);
    return 0;
}

// Between fork and exec: only calls that a signal handler may make, and the system's own where glibc's tell all threads.
static int become(const struct clinux_start *start, int *word) {
    sigset_t none;
    sigemptyset(&none);
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    if (setpgid(0, 0) < 0) return errno;
    if (dup2(start->input, 0) < 0 || dup2(start->output, 1) < 0 || dup2(start->errors, 2) < 0) return errno;
    if (start->user) {
        if (syscall(SYS_setgroups, start->user->count, start->user->groups) < 0) return errno;
        gid_t group = start->user->group;
        if (syscall(SYS_setresgid, group, group, group) < 0) return errno;
        uid_t user = start->user->user;
        if (syscall(SYS_setresuid, user, user, user) < 0) return errno;
    }
    if (start->user && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return errno;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0) return errno;
    if (chdir("/") < 0) return errno;
    int code = keep_from_program(word);
    if (code != 0) return code;
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(start->program, start->arguments, start->environment);
    return errno;
}

int clinux_start_program(const struct clinux_start *start, pid_t *process, int *word) {
    int words[2];
    if (pipe2(words, O_CLOEXEC) < 0) return errno;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t child = fork();
    if (child == 0) {
        // Closed by exec without a word when all went well.
        int code = become(start, &words[1]);
        while (write(words[1], &code, sizeof code) < 0 && errno == EINTR) {}
        _exit(127);
    }
    int code = child < 0 ? errno : 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(words[1]);
    if (child < 0) {
        close(words[0]);
        return code;
    }
    // The child does so, too: whoever comes first, its group is there to be ended.
    setpgid(child, child);
    *process = child;
    *word = words[0];
    return 0;
}

static int join(int descriptor, unsigned group, struct ifreq *interface) {
    if (ioctl(descriptor, SIOCGIFINDEX, interface)) return 0;
    struct ip_mreqn request = {.imr_multiaddr.s_addr = group, .imr_ifindex = interface->ifr_ifindex};
    return !setsockopt(descriptor, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request) || errno == EADDRINUSE;
}

int clinux_join_group(int descriptor, unsigned group, const char *interface) {
    struct ifreq all[64];
    memset(all, 0, sizeof all);
    if (interface) {
        strncpy(all[0].ifr_name, interface, IFNAMSIZ - 1);
        return join(descriptor, group, &all[0]);
    }
    struct ifconf list = {.ifc_len = sizeof all, .ifc_req = all};
    if (ioctl(descriptor, SIOCGIFCONF, &list)) return 0;
    int joined = 0;
    errno = ENODEV;
    for (struct ifreq *one = all; (char *)(one + 1) <= (char *)all + list.ifc_len; one++) {
        if (ioctl(descriptor, SIOCGIFFLAGS, one) || (one->ifr_flags & (IFF_UP | IFF_MULTICAST)) != (IFF_UP | IFF_MULTICAST))
            continue;
        joined += join(descriptor, group, one);
    }
    return joined;
}
