#include "ctoml.h"

// Nothing is written back, and a configuration does not nest deeper than this.
#define TOML_ENABLE_FORMATTERS 0
#define TOML_MAX_NESTED_VALUES 32
// The program is linked without the tables that C++ exceptions need (Packaging/without-unwinding.ld): errors are returned.
#define TOML_EXCEPTIONS 0
// toml++ 3.3 asserts on some wrong texts, such as `[=]`, and without assertions goes on undefined. What it had built until
// then is leaked: a few kilobytes for each such text.
#undef NDEBUG
#include <csetjmp>
static thread_local std::jmp_buf ctoml_failed_assertion;
#define TOML_ASSERT(condition)                                                                                         \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            std::longjmp(ctoml_failed_assertion, 1);                                                                   \
    } while (false)
#include <toml++/toml.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct ctoml_document {
    toml::table root;
    std::vector<ctoml_node> nodes;
    std::deque<std::string> texts; // of dates; a deque does not move its elements
    std::string error;
    uint32_t error_line = 1, error_column = 1;

    void set_text(ctoml_node &node, std::string_view text) {
        node.text = text.data();
        node.text_length = text.size();
    }

    static std::string text(const toml::date &date) {
        char buffer[16];
        std::snprintf(buffer, sizeof buffer, "%04u-%02u-%02u", unsigned(date.year), unsigned(date.month), unsigned(date.day));
        return buffer;
    }

    static std::string text(const toml::time &time) {
        char buffer[32];
        std::snprintf(buffer, sizeof buffer, "%02u:%02u:%02u", unsigned(time.hour), unsigned(time.minute), unsigned(time.second));
        std::string text = buffer;
        if (time.nanosecond) {
            std::snprintf(buffer, sizeof buffer, ".%09u", unsigned(time.nanosecond));
            text += buffer;
            text.erase(text.find_last_not_of('0') + 1);
        }
        return text;
    }

    static std::string text(const toml::date_time &moment) {
        std::string result = text(moment.date) + "T" + text(moment.time);
        if (moment.offset) {
            int minutes = moment.offset->minutes;
            char buffer[16];
            std::snprintf(buffer, sizeof buffer, "%c%02d:%02d", minutes < 0 ? '-' : '+', std::abs(minutes) / 60 % 100, std::abs(minutes) % 60);
            result += minutes ? buffer : "Z";
        }
        return result;
    }

    void append(const toml::node &value, const toml::key *key) {
        ctoml_node node{};
        if (key) {
            node.key = key->str().data();
            node.key_length = key->str().size();
            node.key_line = key->source().begin.line;
            node.key_column = key->source().begin.column;
        }
        node.line = value.source().begin.line;
        node.column = value.source().begin.column;

        switch (value.type()) {
        case toml::node_type::table: {
            const toml::table &table = *value.as_table();
            node.kind = ctoml_table;
            node.children = uint32_t(table.size());
            nodes.push_back(node);
            // toml++ keeps tables sorted by name; the file's order is that of the keys' positions.
            std::vector<std::pair<const toml::key *, const toml::node *>> entries;
            entries.reserve(table.size());
            for (auto &&[name, child] : table)
                entries.emplace_back(&name, &child);
            std::sort(entries.begin(), entries.end(), [](const auto &a, const auto &b) {
                return a.first->source().begin < b.first->source().begin;
            });
            for (const auto &[name, child] : entries)
                append(*child, name);
            return;
        }
        case toml::node_type::array: {
            const toml::array &array = *value.as_array();
            node.kind = ctoml_array;
            node.children = uint32_t(array.size());
            nodes.push_back(node);
            for (const toml::node &child : array)
                append(child, nullptr);
            return;
        }
        case toml::node_type::string:
            node.kind = ctoml_string;
            set_text(node, value.as_string()->get());
            break;
        case toml::node_type::integer:
            node.kind = ctoml_integer;
            node.integer = value.as_integer()->get();
            break;
        case toml::node_type::floating_point:
            node.kind = ctoml_number;
            node.number = value.as_floating_point()->get();
            break;
        case toml::node_type::boolean:
            node.kind = ctoml_boolean;
            node.integer = value.as_boolean()->get();
            break;
        case toml::node_type::date:
            node.kind = ctoml_datetime;
            set_text(node, texts.emplace_back(text(value.as_date()->get())));
            break;
        case toml::node_type::time:
            node.kind = ctoml_datetime;
            set_text(node, texts.emplace_back(text(value.as_time()->get())));
            break;
        default:
            node.kind = ctoml_datetime;
            set_text(node, texts.emplace_back(text(value.as_date_time()->get())));
        }
        nodes.push_back(node);
    }
};

extern "C" ctoml_document *ctoml_parse(const char *text, size_t length) {
    ctoml_document *document = new (std::nothrow) ctoml_document;
    if (!document)
        return nullptr;
    if (setjmp(ctoml_failed_assertion)) {
        document->nodes.clear(); // the error stays empty
        return document;
    }
    toml::parse_result result = toml::parse(std::string_view(text, length));
    if (result) {
        document->root = std::move(result).table();
        document->append(document->root, nullptr);
    } else {
        document->error = result.error().description();
        document->error_line = result.error().source().begin.line;
        document->error_column = result.error().source().begin.column;
    }
    return document;
}

extern "C" void ctoml_free(ctoml_document *document) { delete document; }

extern "C" const ctoml_node *ctoml_nodes(const ctoml_document *document, size_t *count) {
    *count = document->nodes.size();
    return document->nodes.empty() ? nullptr : document->nodes.data();
}

extern "C" const char *ctoml_error(const ctoml_document *document, uint32_t *line, uint32_t *column) {
    if (!document->nodes.empty())
        return nullptr;
    *line = document->error_line;
    *column = document->error_column;
    return document->error.c_str();
}
