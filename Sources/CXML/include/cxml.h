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
#endif
