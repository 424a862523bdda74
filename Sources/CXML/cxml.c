#include "cxml.h"

#include <cload.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>

// What is used of libxml2, as its manual declares it since version 2.6; its structures stay opaque, so that one program
// runs with libxml2.so.2 (Debian 12 and 13) and libxml2.so.16.
static void *(*read_xml)(const char *, int, const char *, const char *, int);
static void *(*read_html)(const char *, int, const char *, const char *, int);
static void (*free_document)(void *);
static void (*init_parser)(void);
static void *(*new_context)(void *);
static void (*free_context)(void *);
static void *(*compile)(const unsigned char *);
static void (*free_compiled)(void *);
static void *(*evaluate)(const unsigned char *, void *);
static void (*free_object)(void *);
static unsigned char *(*to_string)(void *);
static double (*to_number)(void *);
static void (*set_errors)(void *, void (*)(void *, const char *, ...));
static void (**free_memory)(void *);

static bool is_loaded;

static void *find_library(void) {
    static const char *const names[] = {"libxml2.so.2", "libxml2.so.16"};
    void *library = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && !library; i++) library = dlopen(names[i], RTLD_NOW);
    return library;
}

static void open_library(void) {
    void *library = find_library();
    if (!library) return;
    is_loaded = cload(library, &read_xml, "xmlReadMemory") && cload(library, &read_html, "htmlReadMemory")
        && cload(library, &free_document, "xmlFreeDoc") && cload(library, &init_parser, "xmlInitParser")
        && cload(library, &new_context, "xmlXPathNewContext") && cload(library, &free_context, "xmlXPathFreeContext")
        && cload(library, &compile, "xmlXPathCompile") && cload(library, &free_compiled, "xmlXPathFreeCompExpr")
        && cload(library, &evaluate, "xmlXPathEval") && cload(library, &free_object, "xmlXPathFreeObject")
        && cload(library, &to_string, "xmlXPathCastToString") && cload(library, &to_number, "xmlXPathCastToNumber")
        && cload(library, &set_errors, "xmlSetGenericErrorFunc") && cload(library, &free_memory, "xmlFree");
    if (is_loaded) init_parser();
}

bool cxml_is_there(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, open_library);
    return is_loaded;
}

static void say_nothing(void *context, const char *message, ...) {
    (void)context;
    (void)message;
}

/// Each thread has error functions of its own.
static bool begin(void) {
    if (!cxml_is_there()) return false;
    set_errors(NULL, say_nothing);
    return true;
}

void *cxml_parse(const char *text, size_t count, bool is_html) {
    // Recover, no error messages, no warnings, no network, CDATA as text, the declared encoding ignored.
    const int options = 1 | 32 | 64 | 2048 | 16384 | 2097152;
    if (!begin() || count > INT_MAX) return NULL;
    return is_html ? read_html(text, (int)count, NULL, "UTF-8", options & ~16384)
                   : read_xml(text, (int)count, NULL, "UTF-8", options);
}

void cxml_free(void *document) { free_document(document); }

bool cxml_is_path(const char *path) {
    if (!begin()) return true;
    void *compiled = compile((const unsigned char *)path);
    if (compiled) free_compiled(compiled);
    return compiled != NULL;
}

char *cxml_find(void *document, const char *path) {
    if (!begin()) return NULL;
    void *context = new_context(document);
    if (!context) return NULL;
    char *text = NULL;
    void *found = evaluate((const unsigned char *)path, context);
    if (found) {
        text = (char *)to_string(found);
        free_object(found);
    }
    // An empty text: is there an empty element, or nothing? Only a set of nodes can be counted.
    if (text && !*text && strlen(path) < 1000) {
        char question[1008] = "count(";
        strcat(strcat(question, path), ")");
        void *count = evaluate((const unsigned char *)question, context);
        if (count && to_number(count) == 0) {
            (*free_memory)(text);
            text = NULL;
        }
        if (count) free_object(count);
    }
    free_context(context);
    return text;
}

void cxml_free_text(char *text) { (*free_memory)(text); }

// The reader, which only workbooks need.
static void *(*open_reader)(const char *, int, const char *, const char *, int);
static void (*free_reader)(void *);
static int (*read_next)(void *);
static int (*node_type)(void *);
static int (*is_empty)(void *);
static const unsigned char *(*node_name)(void *);
static const unsigned char *(*node_value)(void *);
static int (*first_attribute)(void *);
static int (*next_attribute)(void *);
static int (*back_to_element)(void *);

static bool is_reader_loaded;

static void load_reader(void) {
    void *library = cxml_is_there() ? find_library() : NULL;
    if (!library) return;
    is_reader_loaded = cload(library, &open_reader, "xmlReaderForMemory") && cload(library, &free_reader, "xmlFreeTextReader")
        && cload(library, &read_next, "xmlTextReaderRead") && cload(library, &node_type, "xmlTextReaderNodeType")
        && cload(library, &is_empty, "xmlTextReaderIsEmptyElement")
        && cload(library, &node_name, "xmlTextReaderConstLocalName")
        && cload(library, &node_value, "xmlTextReaderConstValue")
        && cload(library, &first_attribute, "xmlTextReaderMoveToFirstAttribute")
        && cload(library, &next_attribute, "xmlTextReaderMoveToNextAttribute")
        && cload(library, &back_to_element, "xmlTextReaderMoveToElement");
}

void *cxml_walk(const char *text, size_t count) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load_reader);
    if (!is_reader_loaded || !begin() || count > INT_MAX) return NULL;
    // No error messages, no warnings, no network.
    return open_reader(text, (int)count, NULL, NULL, 32 | 64 | 2048);
}

int cxml_walk_next(void *walk) {
    for (;;) {
        int found = read_next(walk);
        if (found != 1) return found;
        switch (node_type(walk)) {
        case 1: return is_empty(walk) ? CXML_EMPTY : CXML_START;
        case 3: case 4: case 14: return CXML_TEXT;
        case 15: return CXML_END;
        // A document type or an entity: none of the documents that are walked through has them.
        case 5: case 10: return -1;
        default: break;
        }
    }
}

const char *cxml_walk_name(void *walk) { return (const char *)node_name(walk); }

const char *cxml_walk_text(void *walk) { return (const char *)node_value(walk); }

void cxml_walk_attributes(void *walk, void *context, void (*take)(void *, const char *, const char *)) {
    for (int found = first_attribute(walk); found == 1; found = next_attribute(walk)) {
        take(context, (const char *)node_name(walk), (const char *)node_value(walk));
    }
    back_to_element(walk);
}

void cxml_walk_end(void *walk) { free_reader(walk); }
