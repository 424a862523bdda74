#pragma once
#include <stddef.h>
#include <sys/types.h>

// What Swift's Glibc module hides or makes clumsy.

/// Starts a detached thread with a name (15 characters of it) and a stack of so many bytes; 0 or an error number.
/// Signals are left to the main thread.
int clinux_start_thread(const char *_Nonnull name, size_t stack, void (*_Nonnull body)(void *_Nullable),
                        void *_Nullable context);
/// The kernel's number of the calling thread, by which its priority is set.
pid_t clinux_thread_number(void);
/// Keeps others from opening a terminal, or lets them; 0 or -1 with errno.
int clinux_set_exclusive(int descriptor, int exclusive);
/// Opens the master of a new pseudo-terminal, without blocking, and gives the slave's name; -1 with errno.
int clinux_open_pseudo_terminal(char *_Nonnull name, size_t length);
/// Makes standard output hand over each line at once, also into a pipe.
void clinux_buffer_lines(void);
/// Takes the language of LC_ALL, LC_MESSAGES or LANG for clinux_translation and strerror, with the catalogues in the
/// folder share/locale beside that of the program. Before other threads begin.
void clinux_use_language(void);
/// Whether there are translations into that language: 1, or 0.
int clinux_has_translations(void);
/// The translation of a text in UTF-8, or the text itself; it stays for as long as the program runs.
const char *_Nonnull clinux_translation(const char *_Nonnull text);
/// Unmaps the code and constants of the program and its libraries; the kernel maps what is used again, from the file.
void clinux_unmap_code(void);
/// Gives the free pages of the heap back to the kernel.
void clinux_trim_heap(void);
/// Whether something keeps the machine's clock right, such as NTP: 1, or 0.
int clinux_clock_is_synchronized(void);
/// Opens a descriptor that is readable after a write of eight bytes, and which others can wake a poll with; -1 with errno.
int clinux_open_event(void);
/// A second descriptor of the same thing, which programs started later do not inherit; -1 with errno.
int clinux_duplicate(int descriptor);
/// Makes a descriptor one of the same thing as another; -1 with errno.
int clinux_replace(int other, int descriptor);
/// Takes signals away from their usual effect and opens a descriptor that is readable when one came; -1 with errno.
int clinux_open_signals(const int *_Nonnull numbers, size_t count);
/// Takes a signal from such a descriptor; 0 when none has come.
int clinux_read_signal(int descriptor);
/// Opens a pipe that programs started later do not inherit; 0 or -1 with errno.
int clinux_open_pipe(int ends[_Nonnull 2]);
/// Opens a descriptor that is readable when a process has ended; -1 with errno.
int clinux_open_process(pid_t process);

/// Opens a descriptor that is readable when something changed in a folder; -1 with errno.
int clinux_watch_folder(const char *_Nonnull path);

/// A user, and the groups that it is in.
struct clinux_user {
    uid_t user;
    gid_t group;
    int count;
    gid_t groups[64];
};
/// Looks a user up by name; 0 or an error number, ENOENT when there is none.
int clinux_find_user(const char *_Nonnull name, struct clinux_user *_Nonnull user);

/// Rights over files: a user, a group and the groups beside it.
struct clinux_rights {
    uid_t user;
    gid_t group;
    int count;
    gid_t groups[64];
};
/// Gives the calling thread another user's rights over files and puts those that it had in `before`; the other threads
/// and all rights but those over files stay. Only root can. 0 or an error number.
int clinux_change_rights(const struct clinux_rights *_Nonnull rights, struct clinux_rights *_Nullable before);

/// A program to be started: its path, what follows `execve`, and the descriptors that become its first three.
struct clinux_start {
    const char *_Nonnull program;
    char *_Nullable const *_Nonnull arguments;
    char *_Nullable const *_Nonnull environment;
    int input;
    int output;
    int errors;
    /// Whose rights it has; NULL for ours.
    const struct clinux_user *_Nullable user;
};
/// Starts a program in a process group of its own, which ends with us and inherits no other descriptor; one with
/// another's rights can get no more. 0 or an error number.
///
/// Nobody waits for the disk that the program is on: `word` becomes a descriptor with an error number (an int) once it
/// could not be started, and with nothing but its end once it was.
int clinux_start_program(const struct clinux_start *_Nonnull start, pid_t *_Nonnull process, int *_Nonnull word);

/// The numbers of a device, as `ls -l /dev` shows them.
unsigned clinux_major(dev_t device);
unsigned clinux_minor(dev_t device);

/// Joins a multicast group in the network of an interface, or with NULL in those of all that are up and have an address.
///
/// No netlink is needed for that, which a service may not have. How many it is a member of now; 0 with errno for none.
int clinux_join_group(int descriptor, unsigned group, const char *_Nullable interface);
