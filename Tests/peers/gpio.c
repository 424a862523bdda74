// A GPIO chip for programs that use libgpiod 1.6 or 2, by LD_PRELOAD: /dev/gpiochip0 is answered by the simulator
// Tests/peers/gpio, which listens at $GPIO_SOCKET. Both of the kernel's interfaces are there, v1 and v2; with
// $GPIO_OLD_KERNEL only v1, as before 5.10.
//
// Each question is a packet of words, and so is the answer: a number, 0 or an errno, then what was asked for. A line's
// events come through a pipe whose reading end the simulator hands over, so that it sees as the kernel does what was
// not read yet.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#define CHIP "/dev/gpiochip0"
#define SYSTEM_NAME "/sys/bus/gpio/devices/gpiochip0/dev"
#define SUBSYSTEM "/sys/dev/char/254:0/subsystem"
#define MOST 4096

// For each descriptor that is a chip (itself the socket) or a line (whose socket is elsewhere).
static int chip_socket[MOST], line_socket[MOST];

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int is_chip(const char *path) { return getenv("GPIO_SOCKET") && path && !strcmp(path, CHIP); }
static int is_system_name(const char *path) { return getenv("GPIO_SOCKET") && path && !strcmp(path, SYSTEM_NAME); }

static int dial(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", getenv("GPIO_SOCKET"));
    int s = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (s < 0 || connect(s, (void *)&address, sizeof address) == 0) return s;
    REAL(close)(s);
    errno = ENODEV;
    return -1;
}

// Asks, and takes the answer and a descriptor that may come with it. Returns the errno of the answer.
static int ask(int s, int *descriptor, char *answer, size_t size, const char *format, ...) {
    char text[256], control[CMSG_SPACE(sizeof(int))];
    va_list words;
    va_start(words, format);
    int length = vsnprintf(text, sizeof text, format, words);
    va_end(words);
    if (send(s, text, (size_t)length, MSG_NOSIGNAL) != length) return ENODEV;
    struct iovec place = {answer, size - 1};
    struct msghdr message = {.msg_iov = &place, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    ssize_t count = recvmsg(s, &message, MSG_CMSG_CLOEXEC);
    if (count <= 0) return ENODEV;
    answer[count] = 0;
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    if (descriptor) *descriptor = head ? *(int *)CMSG_DATA(head) : -1;
    int code = 0, offset = 0;
    sscanf(answer, "%d %n", &code, &offset);
    memmove(answer, answer + offset, strlen(answer + offset) + 1);
    return code;
}

static int open_chip(void) {
    char answer[256];
    int s = dial();
    if (s < 0 || s >= MOST) return -1;
    int code = ask(s, NULL, answer, sizeof answer, "open");
    if (code) {
        REAL(close)(s);
        errno = code;
        return -1;
    }
    chip_socket[s] = s;
    return s;
}

static int open_system_name(void) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC)) return -1;
    if (write(ends[1], "254:0\n", 6) != 6) return -1;
    REAL(close)(ends[1]);
    return ends[0];
}

#define OPEN(name)                                                                                                     \
    int name(const char *path, int flags, ...) {                                                                       \
        va_list more;                                                                                                  \
        va_start(more, flags);                                                                                         \
        mode_t mode = va_arg(more, mode_t);                                                                            \
        va_end(more);                                                                                                  \
        if (is_chip(path)) return open_chip();                                                                         \
        if (is_system_name(path)) return open_system_name();                                                           \
        return REAL(name)(path, flags, mode);                                                                          \
    }
OPEN(open)
OPEN(open64)

#define STAT(name, type)                                                                                               \
    int name(const char *path, type *status) {                                                                         \
        if (!is_chip(path)) return REAL(name)(path, status);                                                           \
        memset(status, 0, sizeof *status);                                                                             \
        status->st_mode = S_IFCHR | 0660;                                                                              \
        status->st_rdev = makedev(254, 0);                                                                             \
        return 0;                                                                                                      \
    }
STAT(stat, struct stat)
STAT(lstat, struct stat)
STAT(stat64, struct stat64)
STAT(lstat64, struct stat64)

int access(const char *path, int mode) { return is_chip(path) || is_system_name(path) ? 0 : REAL(access)(path, mode); }

char *realpath(const char *path, char *out) {
    if (!getenv("GPIO_SOCKET") || !path || strcmp(path, SUBSYSTEM)) return REAL(realpath)(path, out);
    return out ? strcpy(out, "/sys/bus/gpio") : strdup("/sys/bus/gpio");
}

int close(int fd) {
    if (fd >= 0 && fd < MOST) {
        chip_socket[fd] = 0;
        if (line_socket[fd]) {
            REAL(close)(line_socket[fd]);
            line_socket[fd] = 0;
        }
    }
    return REAL(close)(fd);
}

static int fail(int code) {
    errno = code;
    return code ? -1 : 0;
}

static int describe_line(int s, unsigned offset, char *name, char *consumer, int *is_used, unsigned long long *flags) {
    char answer[256];
    int code = ask(s, NULL, answer, sizeof answer, "info %u", offset);
    if (code) return code;
    char who[64] = "";
    *name = 0;
    // name, whether it is used and, last, by whom: it may have blanks.
    sscanf(answer, "%31s %d %llu %31[^\n]", name, is_used, flags, who);
    if (!strcmp(name, "-")) *name = 0;
    strcpy(consumer, who);
    return 0;
}

// Takes a line: its events will come on the descriptor.
static int take(int version, unsigned offset, unsigned long long flags, unsigned debounce, unsigned buffer,
                const char *consumer, int *out) {
    char answer[256];
    int s = dial(), descriptor = -1;
    if (s < 0) return ENODEV;
    int code = ask(s, &descriptor, answer, sizeof answer, "take %d %u %llu %u %u %s", version, offset, flags, debounce,
                   buffer, consumer);
    if (code || descriptor < 0 || descriptor >= MOST) {
        REAL(close)(s);
        return code ? code : EMFILE;
    }
    line_socket[descriptor] = s;
    *out = descriptor;
    return 0;
}

static int level(int fd) {
    char answer[256];
    return ask(line_socket[fd], NULL, answer, sizeof answer, "level") ? 0 : answer[0] == '1';
}

static int chip_ioctl(int fd, unsigned request, void *arg) {
    char answer[256];
    int used = 0;
    unsigned long long flags = 0;
    switch (request) {
    case GPIO_GET_CHIPINFO_IOCTL: {
        struct gpiochip_info *info = arg;
        memset(info, 0, sizeof *info);
        strcpy(info->name, "gpiochip0");
        int code = ask(fd, NULL, answer, sizeof answer, "chip");
        sscanf(answer, "%31s %u", info->label, &info->lines);
        return fail(code);
    }
    case GPIO_GET_LINEINFO_IOCTL: {
        struct gpioline_info *info = arg;
        int code = describe_line(fd, info->line_offset, info->name, info->consumer, &used, &flags);
        info->flags = used ? GPIOLINE_FLAG_KERNEL : 0;
        return fail(code);
    }
    case GPIO_V2_GET_LINEINFO_IOCTL: {
        struct gpio_v2_line_info *info = arg;
        info->num_attrs = 0;
        int code = describe_line(fd, info->offset, info->name, info->consumer, &used, &flags);
        info->flags = GPIO_V2_LINE_FLAG_INPUT | (used ? GPIO_V2_LINE_FLAG_USED : 0);
        return fail(code);
    }
    case GPIO_GET_LINEEVENT_IOCTL: {
        struct gpioevent_request *wanted = arg;
        unsigned long long all = wanted->handleflags | (unsigned long long)wanted->eventflags << 32;
        return fail(take(1, wanted->lineoffset, all, 0, 16, wanted->consumer_label, &wanted->fd));
    }
    case GPIO_V2_GET_LINE_IOCTL: {
        // Before 5.10 the kernel did not know this question.
        if (getenv("GPIO_OLD_KERNEL")) return fail(EINVAL);
        struct gpio_v2_line_request *wanted = arg;
        unsigned debounce = 0;
        for (unsigned i = 0; i < wanted->config.num_attrs; i++)
            if (wanted->config.attrs[i].attr.id == GPIO_V2_LINE_ATTR_ID_DEBOUNCE)
                debounce = wanted->config.attrs[i].attr.debounce_period_us;
        unsigned buffer = wanted->event_buffer_size ? wanted->event_buffer_size : 16;
        return fail(take(2, wanted->offsets[0], wanted->config.flags, debounce, buffer, wanted->consumer, &wanted->fd));
    }
    }
    return fail(EINVAL);
}

static int line_ioctl(int fd, unsigned request, void *arg) {
    switch (request) {
    case GPIOHANDLE_GET_LINE_VALUES_IOCTL: ((struct gpiohandle_data *)arg)->values[0] = (unsigned char)level(fd); return 0;
    case GPIO_V2_LINE_GET_VALUES_IOCTL: ((struct gpio_v2_line_values *)arg)->bits = (unsigned)level(fd); return 0;
    }
    return fail(EINVAL);
}

int ioctl(int fd, unsigned long request, ...) {
    va_list more;
    va_start(more, request);
    void *arg = va_arg(more, void *);
    va_end(more);
    // libgpiod 2 extends the sign of the request.
    if (fd >= 0 && fd < MOST && chip_socket[fd]) return chip_ioctl(fd, (unsigned)request, arg);
    if (fd >= 0 && fd < MOST && line_socket[fd]) return line_ioctl(fd, (unsigned)request, arg);
    return REAL(ioctl)(fd, request, arg);
}
