#ifndef CPOSTGRES_H
#define CPOSTGRES_H
#include <stdbool.h>
#include <stddef.h>

// A connection to PostgreSQL by libpq, which is loaded when the first one is made: most boxes have no such server.
//
// A connection belongs to one thread. Its calls wait for no longer than they are told to, or until the bell is rung; looking
// a name up alone takes as long as it likes.

/// Whether libpq is there; loads it.
bool cpostgres_is_there(void);

/// How long a call may take.
struct cpostgres_patience {
    /// A descriptor that is readable when nobody waits any more.
    int bell;
    /// Seconds in which something must go on.
    int stall;
    /// Seconds until the end.
    int whole;
};

/// What became of statements.
struct cpostgres_answer {
    /// True when all of them were carried out.
    bool is_done;
    /// The SQLSTATE of the first that was not; empty when the server did not answer.
    char state[6];
    /// The first line of what it said, or of why it did not answer; all lines where no connection could be made.
    char text[2048];
    /// The first column of the first row of the last one; empty without any.
    char value[512];
};

/// Connects with such parameters as libpq's manual lists, both lists ended by NULL.
///
/// NULL when that fails; `answer` has the reason, a line or more for each address of the name.
void *_Nullable cpostgres_connect(const char *_Nullable const *_Nonnull names, const char *_Nullable const *_Nonnull values,
                                  struct cpostgres_patience patience, struct cpostgres_answer *_Nonnull answer);
/// Has one statement carried out, with its parameters as text; without any, also several statements.
///
/// False when the connection is of no more use; what became of the statement is not known then, unless `answer` has its state.
bool cpostgres_perform(void *_Nonnull connection, const char *_Nonnull statement, int count,
                       const char *_Nullable const *_Nullable parameters, struct cpostgres_patience patience,
                       struct cpostgres_answer *_Nonnull answer);
/// Makes of a password what a server keeps of it, so that the password itself stands in no log; false when that fails.
bool cpostgres_scramble(void *_Nonnull connection, const char *_Nonnull password, const char *_Nonnull user,
                        char *_Nonnull text, size_t room);
void cpostgres_close(void *_Nonnull connection);
#endif
