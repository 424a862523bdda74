#ifndef CGPIOD_SHIM_H
#define CGPIOD_SHIM_H
#include <errno.h>
#include <fcntl.h>
#include <gpiod.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// One small API over libgpiod 1.6 (Debian 12) and 2.x (Debian 13): inputs whose edges the kernel dates and keeps.
// The v1 header is the only one which defines GPIOD_LINE_BULK_MAX_LINES; neither has a version macro.
#if defined(GPIOD_LINE_BULK_MAX_LINES)
#define PULSE_GPIOD_MAJOR 1
#else
#define PULSE_GPIOD_MAJOR 2
#endif

// libgpiod 1.6 knows the kernel's first interface only, which keeps 16 edges and forgets others without a word. The second
// one, of kernel 5.10, keeps a thousand and counts what it forgets; there the line is taken from the kernel itself.
#if PULSE_GPIOD_MAJOR == 1
#include <linux/gpio.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>
#ifdef GPIO_V2_GET_LINE_IOCTL
#define PULSE_ASKS_KERNEL 1
#endif
#endif

/// What a chip or a line is called; longer names are cut, as the kernel does.
#define PULSE_NAME_SIZE 32

struct pulse_chip_description {
    char label[PULSE_NAME_SIZE];
    unsigned lines;
};

struct pulse_line_description {
    char name[PULSE_NAME_SIZE];
    /// Who uses the line; empty when nobody does or does not say so.
    char consumer[PULSE_NAME_SIZE];
    int32_t is_used;
};

enum pulse_bias { PULSE_BIAS_AS_IS, PULSE_BIAS_DISABLED, PULSE_BIAS_PULL_UP, PULSE_BIAS_PULL_DOWN };

struct pulse_request {
    unsigned offset;
    int32_t bias;
    int32_t active_low;
    /// Changes shorter than this stay in the kernel; 0 for none. Before kernel 5.10 it cannot with libgpiod 1.6.
    unsigned debounce_us;
    /// Edges that the kernel keeps until they are read. Before kernel 5.10 always 16 with libgpiod 1.6.
    unsigned buffer;
    const char *_Nonnull consumer;
};

struct pulse_edge {
    /// By CLOCK_MONOTONIC.
    uint64_t timestamp_ns;
    /// Counts the line's edges from 1 on, those that were lost as well; 0 where nobody tells.
    uint32_t sequence;
    /// Whether the line became active: its logical value, which active_low turns round.
    int32_t is_active;
};

typedef struct gpiod_chip pulse_chip;

typedef struct pulse_line {
#if PULSE_GPIOD_MAJOR == 1
    /// Of the first interface.
    struct gpiod_line *_Nullable line;
    /// Of the second interface; -1 where there is none.
    int fd;
#else
    struct gpiod_line_request *_Nullable request;
    struct gpiod_edge_event_buffer *_Nullable events;
    unsigned offset;
#endif
} pulse_line;

/// The most edges that one read gives.
#define PULSE_READ_MAX 64

/// The library's own version, for messages.
static inline const char *_Nonnull cgpiod_version(void) {
#if PULSE_GPIOD_MAJOR == 1
    return gpiod_version_string();
#else
    return gpiod_api_version();
#endif
}

/// Edges that the kernel keeps without saying how many it lost; 0 where it says.
static inline unsigned pulse_silent_buffer(const pulse_line *_Nonnull line) {
#if PULSE_GPIOD_MAJOR == 1
    return line->line ? 16 : 0;
#else
    (void)line;
    return 0;
#endif
}

static inline void pulse_copy_name(char *_Nonnull to, const char *_Nullable from) {
    strncpy(to, from ? from : "", PULSE_NAME_SIZE - 1);
    to[PULSE_NAME_SIZE - 1] = 0;
}

/// Opens a chip by its path; NULL with errno. ENOTTY and ENODEV: it is not a GPIO chip.
static inline pulse_chip *_Nullable pulse_chip_open(const char *_Nonnull path) { return gpiod_chip_open(path); }
static inline void pulse_chip_close(pulse_chip *_Nonnull chip) { gpiod_chip_close(chip); }

/// 0, or -1 with errno.
static inline int pulse_chip_describe(pulse_chip *_Nonnull chip, struct pulse_chip_description *_Nonnull out) {
#if PULSE_GPIOD_MAJOR == 1
    pulse_copy_name(out->label, gpiod_chip_label(chip));
    out->lines = gpiod_chip_num_lines(chip);
#else
    struct gpiod_chip_info *info = gpiod_chip_get_info(chip);
    if (!info) return -1;
    pulse_copy_name(out->label, gpiod_chip_info_get_label(info));
    out->lines = (unsigned)gpiod_chip_info_get_num_lines(info);
    gpiod_chip_info_free(info);
#endif
    return 0;
}

/// 0, or -1 with errno.
static inline int pulse_line_describe(pulse_chip *_Nonnull chip, unsigned offset,
                                      struct pulse_line_description *_Nonnull out) {
#if PULSE_GPIOD_MAJOR == 1
    struct gpiod_line *line = gpiod_chip_get_line(chip, offset);
    if (!line) return -1;
    pulse_copy_name(out->name, gpiod_line_name(line));
    pulse_copy_name(out->consumer, gpiod_line_consumer(line));
    out->is_used = gpiod_line_is_used(line);
#else
    struct gpiod_line_info *info = gpiod_chip_get_line_info(chip, offset);
    if (!info) return -1;
    pulse_copy_name(out->name, gpiod_line_info_get_name(info));
    pulse_copy_name(out->consumer, gpiod_line_info_get_consumer(info));
    out->is_used = gpiod_line_info_is_used(info);
    gpiod_line_info_free(info);
#endif
    return 0;
}

/// Gives a line back. The chip must still be open.
static inline void pulse_line_close(pulse_line *_Nonnull line) {
#if PULSE_GPIOD_MAJOR == 1
    if (line->line) gpiod_line_release(line->line);
    if (line->fd >= 0) close(line->fd);
#else
    if (line->events) gpiod_edge_event_buffer_free(line->events);
    if (line->request) gpiod_line_request_release(line->request);
#endif
    free(line);
}

static inline int pulse_line_fd(pulse_line *_Nonnull line) {
#if PULSE_GPIOD_MAJOR == 1
    return line->line ? gpiod_line_event_get_fd(line->line) : line->fd;
#else
    return gpiod_line_request_get_fd(line->request);
#endif
}

#if PULSE_GPIOD_MAJOR == 1
/// Takes a line by the second interface: its descriptor, or -1 with errno.
static inline int pulse_line_take_from_kernel(pulse_chip *_Nonnull chip, const struct pulse_request *_Nonnull wanted) {
#ifdef PULSE_ASKS_KERNEL
    static const uint64_t bias[] = {0, GPIO_V2_LINE_FLAG_BIAS_DISABLED, GPIO_V2_LINE_FLAG_BIAS_PULL_UP,
                                    GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN};
    char path[64];
    snprintf(path, sizeof path, "/dev/%s", gpiod_chip_name(chip));
    int device = open(path, O_RDWR | O_CLOEXEC);
    if (device < 0) return -1;
    struct gpio_v2_line_request request;
    memset(&request, 0, sizeof request);
    request.offsets[0] = wanted->offset;
    request.num_lines = 1;
    request.event_buffer_size = wanted->buffer;
    strncpy(request.consumer, wanted->consumer, sizeof request.consumer - 1);
    request.config.flags = GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_EDGE_RISING | GPIO_V2_LINE_FLAG_EDGE_FALLING |
                           bias[wanted->bias] | (wanted->active_low ? GPIO_V2_LINE_FLAG_ACTIVE_LOW : 0);
    if (wanted->debounce_us) {
        request.config.num_attrs = 1;
        request.config.attrs[0].mask = 1;
        request.config.attrs[0].attr.id = GPIO_V2_LINE_ATTR_ID_DEBOUNCE;
        request.config.attrs[0].attr.debounce_period_us = wanted->debounce_us;
    }
    int result = ioctl(device, GPIO_V2_GET_LINE_IOCTL, &request);
    int saved = errno;
    close(device);
    errno = saved;
    return result < 0 ? -1 : request.fd;
#else
    (void)chip;
    (void)wanted;
    errno = ENOTTY;
    return -1;
#endif
}

static inline int pulse_line_take(pulse_line *_Nonnull line, pulse_chip *_Nonnull chip,
                                  const struct pulse_request *_Nonnull wanted) {
    static const int bias[] = {0, GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE, GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP,
                               GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN};
    line->fd = pulse_line_take_from_kernel(chip, wanted);
    if (line->fd >= 0) return 0;
    // What an older kernel says to a question that it does not know; a line in use is in use either way.
    if (errno != ENOTTY && errno != EINVAL) return -1;
    struct gpiod_line *found = gpiod_chip_get_line(chip, wanted->offset);
    if (!found) return -1;
    int flags = bias[wanted->bias] | (wanted->active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0);
    if (gpiod_line_request_both_edges_events_flags(found, wanted->consumer, flags) < 0) return -1;
    line->line = found;
    return 0;
}
#else
static inline int pulse_line_take(pulse_line *_Nonnull line, pulse_chip *_Nonnull chip,
                                  const struct pulse_request *_Nonnull wanted) {
    static const enum gpiod_line_bias bias[] = {GPIOD_LINE_BIAS_AS_IS, GPIOD_LINE_BIAS_DISABLED, GPIOD_LINE_BIAS_PULL_UP,
                                                GPIOD_LINE_BIAS_PULL_DOWN};
    struct gpiod_line_settings *settings = gpiod_line_settings_new();
    struct gpiod_line_config *lines = gpiod_line_config_new();
    struct gpiod_request_config *request = gpiod_request_config_new();
    if (settings && lines && request) {
        gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_INPUT);
        gpiod_line_settings_set_edge_detection(settings, GPIOD_LINE_EDGE_BOTH);
        gpiod_line_settings_set_event_clock(settings, GPIOD_LINE_CLOCK_MONOTONIC);
        gpiod_line_settings_set_bias(settings, bias[wanted->bias]);
        gpiod_line_settings_set_active_low(settings, wanted->active_low);
        gpiod_line_settings_set_debounce_period_us(settings, wanted->debounce_us);
        gpiod_request_config_set_consumer(request, wanted->consumer);
        gpiod_request_config_set_event_buffer_size(request, wanted->buffer);
        if (gpiod_line_config_add_line_settings(lines, &wanted->offset, 1, settings) == 0)
            line->request = gpiod_chip_request_lines(chip, request, lines);
    }
    int saved = errno;
    gpiod_request_config_free(request);
    gpiod_line_config_free(lines);
    gpiod_line_settings_free(settings);
    errno = saved;
    if (!line->request) return -1;
    line->offset = wanted->offset;
    line->events = gpiod_edge_event_buffer_new(PULSE_READ_MAX);
    return line->events ? 0 : -1;
}
#endif

/// Takes a line whose edges, both ways, the kernel keeps from now on; reading them never blocks. NULL with errno.
static inline pulse_line *_Nullable pulse_line_open(pulse_chip *_Nonnull chip,
                                                    const struct pulse_request *_Nonnull wanted) {
    pulse_line *line = (pulse_line *)calloc(1, sizeof *line);
    if (!line) return NULL;
#if PULSE_GPIOD_MAJOR == 1
    line->fd = -1;
#endif
    if (pulse_line_take(line, chip, wanted) == 0) {
        int flags = fcntl(pulse_line_fd(line), F_GETFL);
        if (flags >= 0 && fcntl(pulse_line_fd(line), F_SETFL, flags | O_NONBLOCK) >= 0) return line;
    }
    int saved = errno;
    pulse_line_close(line);
    errno = saved;
    return NULL;
}

/// Whether the line is active now: 1 or 0, or -1 with errno.
static inline int pulse_line_level(pulse_line *_Nonnull line) {
#if PULSE_GPIOD_MAJOR == 1
#ifdef PULSE_ASKS_KERNEL
    if (!line->line) {
        struct gpio_v2_line_values values = {0, 1};
        return ioctl(line->fd, GPIO_V2_LINE_GET_VALUES_IOCTL, &values) < 0 ? -1 : (int)(values.bits & 1);
    }
#endif
    return gpiod_line_get_value(line->line);
#else
    switch (gpiod_line_request_get_value(line->request, line->offset)) {
    case GPIOD_LINE_VALUE_ACTIVE: return 1;
    case GPIOD_LINE_VALUE_INACTIVE: return 0;
    default: return -1;
    }
#endif
}

/// Reads the edges that wait, PULSE_READ_MAX at most. Returns how many, or -1 with errno: EAGAIN when none waits.
static inline int pulse_line_read(pulse_line *_Nonnull line, struct pulse_edge *_Nonnull out) {
#if PULSE_GPIOD_MAJOR == 1
#ifdef PULSE_ASKS_KERNEL
    if (!line->line) {
        struct gpio_v2_line_event events[PULSE_READ_MAX];
        ssize_t size = read(line->fd, events, sizeof events);
        if (size < 0) return -1;
        if ((size_t)size < sizeof events[0]) {
            // The chip is gone.
            errno = EIO;
            return -1;
        }
        int count = (int)((size_t)size / sizeof events[0]);
        for (int i = 0; i < count; i++) {
            out[i].timestamp_ns = events[i].timestamp_ns;
            out[i].sequence = events[i].line_seqno;
            out[i].is_active = events[i].id == GPIO_V2_LINE_EVENT_RISING_EDGE;
        }
        return count;
    }
#endif
    struct gpiod_line_event events[16];
    int count = gpiod_line_event_read_multiple(line->line, events, 16);
    for (int i = 0; i < count; i++) {
        out[i].timestamp_ns = (uint64_t)events[i].ts.tv_sec * 1000000000ull + (uint64_t)events[i].ts.tv_nsec;
        out[i].sequence = 0;
        out[i].is_active = events[i].event_type == GPIOD_LINE_EVENT_RISING_EDGE;
    }
#else
    int count = gpiod_line_request_read_edge_events(line->request, line->events, PULSE_READ_MAX);
    for (int i = 0; i < count; i++) {
        struct gpiod_edge_event *event = gpiod_edge_event_buffer_get_event(line->events, (unsigned long)i);
        out[i].timestamp_ns = gpiod_edge_event_get_timestamp_ns(event);
        out[i].sequence = (uint32_t)gpiod_edge_event_get_line_seqno(event);
        out[i].is_active = gpiod_edge_event_get_event_type(event) == GPIOD_EDGE_EVENT_RISING_EDGE;
    }
#endif
    return count;
}

/// The clock that edges are dated by, in ns.
static inline uint64_t pulse_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec;
}
#endif
