#ifndef CGPIOD_SHIM_H
#define CGPIOD_SHIM_H
#include <errno.h>
#include <gpiod.h>
#include <stdint.h>
#include <stdlib.h>

// One small API over libgpiod 1.6 (Debian 12) and 2.x (Debian 13). The v1 header is the
// only one which defines GPIOD_LINE_BULK_MAX_LINES; neither has a version macro.
#if defined(GPIOD_LINE_BULK_MAX_LINES)
#define PULSE_GPIOD_MAJOR 1
#else
#define PULSE_GPIOD_MAJOR 2
#endif

struct pulse_edge { uint64_t timestamp_ns; int32_t rising; };

typedef struct pulse_line {
    struct gpiod_chip *chip;
#if PULSE_GPIOD_MAJOR == 1
    struct gpiod_line *line;
#else
    struct gpiod_line_request *request;
    struct gpiod_edge_event_buffer *events;
#endif
} pulse_line;

/// The library's own version, for messages.
static inline const char *_Nonnull cgpiod_version(void) {
#if PULSE_GPIOD_MAJOR == 1
    return gpiod_version_string();
#else
    return gpiod_api_version();
#endif
}

static inline void pulse_line_close(pulse_line *_Nonnull l) {
#if PULSE_GPIOD_MAJOR == 1
    if (l->line) gpiod_line_release(l->line);
#else
    if (l->events) gpiod_edge_event_buffer_free(l->events);
    if (l->request) gpiod_line_request_release(l->request);
#endif
    if (l->chip) gpiod_chip_close(l->chip);
    free(l);
}

static inline pulse_line *_Nullable pulse_line_open(const char *_Nonnull chip, unsigned offset,
                                                    unsigned debounce_us, const char *_Nonnull consumer) {
    pulse_line *l = (pulse_line *)calloc(1, sizeof *l);
    if (!l) return NULL;
    l->chip = gpiod_chip_open(chip);
    if (!l->chip) goto fail;
#if PULSE_GPIOD_MAJOR == 1
    (void)debounce_us;
    l->line = gpiod_chip_get_line(l->chip, offset);
    if (!l->line) goto fail;
    if (gpiod_line_request_falling_edge_events_flags(l->line, consumer, GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP) < 0) {
        l->line = NULL; goto fail;
    }
#else
    {
        struct gpiod_line_settings *s = gpiod_line_settings_new();
        struct gpiod_line_config *lc = gpiod_line_config_new();
        struct gpiod_request_config *rc = gpiod_request_config_new();
        if (s && lc && rc) {
            gpiod_line_settings_set_edge_detection(s, GPIOD_LINE_EDGE_FALLING);
            gpiod_line_settings_set_bias(s, GPIOD_LINE_BIAS_PULL_UP);
            gpiod_line_settings_set_debounce_period_us(s, debounce_us);
            gpiod_request_config_set_consumer(rc, consumer);
            if (gpiod_line_config_add_line_settings(lc, &offset, 1, s) == 0)
                l->request = gpiod_chip_request_lines(l->chip, rc, lc);
        }
        int saved = errno;
        gpiod_request_config_free(rc); gpiod_line_config_free(lc); gpiod_line_settings_free(s);
        errno = saved;
        if (!l->request || !(l->events = gpiod_edge_event_buffer_new(64))) goto fail;
    }
#endif
    return l;
fail: { int saved = errno; pulse_line_close(l); errno = saved; return NULL; }
}

static inline int pulse_line_fd(pulse_line *_Nonnull l) {
#if PULSE_GPIOD_MAJOR == 1
    return gpiod_line_event_get_fd(l->line);
#else
    return gpiod_line_request_get_fd(l->request);
#endif
}

/// Reads the pending edges (call once the descriptor is readable). Returns how many, or -1 with errno.
static inline int pulse_line_read(pulse_line *_Nonnull l, struct pulse_edge *_Nonnull out, unsigned max) {
#if PULSE_GPIOD_MAJOR == 1
    struct gpiod_line_event ev[16];
    int n = gpiod_line_event_read_multiple(l->line, ev, max < 16 ? max : 16);
    for (int i = 0; i < n; i++) {
        out[i].timestamp_ns = (uint64_t)ev[i].ts.tv_sec * 1000000000ull + (uint64_t)ev[i].ts.tv_nsec;
        out[i].rising = ev[i].event_type == GPIOD_LINE_EVENT_RISING_EDGE;
    }
    return n;
#else
    int n = gpiod_line_request_read_edge_events(l->request, l->events, max < 64 ? max : 64);
    for (int i = 0; i < n; i++) {
        struct gpiod_edge_event *e = gpiod_edge_event_buffer_get_event(l->events, (unsigned long)i);
        out[i].timestamp_ns = gpiod_edge_event_get_timestamp_ns(e);
        out[i].rising = gpiod_edge_event_get_event_type(e) == GPIOD_EDGE_EVENT_RISING_EDGE;
    }
    return n;
#endif
}
#endif
