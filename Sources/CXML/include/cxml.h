#ifndef CXML_H
#define CXML_H
#include <stdbool.h>
#include <stddef.h>

// XML and HTML by libxml2, which is loaded when the first document is read: it brings ICU along and costs every process
// 2.4 MB of memory that links it, and most boxes have no meter that speaks XML.

/// Whether libxml2 is there; loads it.
bool cxml_is_there(void);

/// Parses UTF-8, whatever encoding it declares, and repairs what is broken as far as it can.
///
/// Nothing is fetched, and no entity but XML's own is known. Returns a document for `cxml_free`, or NULL.
void *cxml_parse(const char *text, size_t count, bool is_html);
void cxml_free(void *document);

/// Whether a text is an XPath expression.
bool cxml_is_path(const char *path);

/// What an XPath expression finds in a document, as text for `cxml_free_text`; NULL when it finds nothing.
char *cxml_find(void *document, const char *path);
void cxml_free_text(char *text);

/// The steps of a walk through a document: an element begins, begins and ends at once, ends, or has text.
enum { CXML_START = 1, CXML_EMPTY = 2, CXML_END = 3, CXML_TEXT = 4 };

/// Begins a walk through XML that is too large for a tree; the text must stay until its end.
///
/// Returns NULL without the library.
void *cxml_walk(const char *text, size_t count);

/// The next step; 0 at the end, -1 for what is no XML and for a document with a type of its own.
int cxml_walk_next(void *walk);

/// The name of the element without its prefix, and the text; both until the next step.
const char *cxml_walk_name(void *walk);
const char *cxml_walk_text(void *walk);

/// Hands over the attributes of the element that has just begun, by their names without prefix.
void cxml_walk_attributes(void *walk, void *context, void (*take)(void *context, const char *name, const char *value));
void cxml_walk_end(void *walk);
#endif
