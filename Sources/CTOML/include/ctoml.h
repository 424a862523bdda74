#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    ctoml_table,
    ctoml_array,
    ctoml_string,
    ctoml_integer,
    ctoml_number,
    ctoml_boolean,
    ctoml_datetime, // a date, a time or both, as text
} ctoml_kind;

// A value of the document. Lines and columns start at 1; columns count code points.
// The children of a table or an array follow it at once, each with its own children: pre-order.
typedef struct {
    const char *key; // NULL in an array and for the root
    size_t key_length;
    const char *text; // of a string or a datetime
    size_t text_length;
    int64_t integer; // also 0 or 1 for a boolean
    double number;
    uint32_t kind; // a ctoml_kind
    uint32_t children;
    uint32_t key_line, key_column;
    uint32_t line, column;
} ctoml_node;

typedef struct ctoml_document ctoml_document;

// Never NULL unless memory ran out; the caller frees it. `text` must be UTF-8 and its keys must have
// a bounded number of dotted parts, since toml++ 3.3 builds and frees their tables by recursion.
ctoml_document *ctoml_parse(const char *text, size_t length);
void ctoml_free(ctoml_document *document);

// The values in document order, the root table first; NULL after a parse error.
const ctoml_node *ctoml_nodes(const ctoml_document *document, size_t *count);

// What was wrong, in toml++'s words, and where; empty if toml++ does not know, NULL after a success.
const char *ctoml_error(const ctoml_document *document, uint32_t *line, uint32_t *column);

#ifdef __cplusplus
}
#endif
