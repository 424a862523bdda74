# shellcheck shell=bash
# french.bash: what the installer says, in French where the system does.
#
# Texts stay in English where they are said; the catalogue fr.po has them with the values that are filled in left out
# (%1$s), and Tests/translations holds it against them. A system in another language loads nothing.

# shellcheck disable=SC2154,SC2034  # what the parts share
declare -A french=()                          # whole sentences
french_forms=()                               # patterns of those with values, the longest first
french_texts=()
french_ending=''                              # of the names of files in French

# speak_french LANGUAGE: from here on, where LANGUAGE, as of the locale, is French.
speak_french() {
    local form text
    [[ ${1%%[_.@:]*} == fr ]] || return 0
    french_ending=.fr
    while IFS=$'\t' read -r form text; do
        if [[ $text == *%1\$s* ]]; then
            french_forms+=("$form")
            french_texts+=("$text")
        else
            french[$form]=$text
        fi
    done < <(file_text fr.po | french_entries)
}

# french_entries: a catalogue's entries, one a line: the sentence or its pattern, a tab, the translation.
french_entries() {
    awk '
        function plain(line) { sub(/^[^"]*"/, "", line); sub(/"$/, "", line); gsub(/\\"/, "\"", line); gsub(/\\\\/, "\\", line); return line }
        function keep(    size) {
            if (id == "" || str == "") return
            size = length(id)
            if (id ~ /%[0-9]+\$s/) {
                gsub(/%%/, "%", id)
                gsub(/[][\\.*^$+?(){}|]/, "\\\\&", id)
                gsub(/%[0-9]+\\\$s/, "(.*)", id)
                id = "^" id "$"
            }
            printf "%06d\t%s\t%s\n", 999999 - size, id, str
        }
        /^msgid / { keep(); id = plain($0); str = ""; part = "id" }
        /^msgstr / { str = plain($0); part = "str" }
        /^"/ { if (part == "id") id = id plain($0); else str = str plain($0) }
        END { keep() }
    ' | sort | cut -f 2-
}

# in_french TEXT: sets in_words to the translation, or to TEXT; what is filled in may be a sentence, too.
in_french() {
    local number place text values
    in_words=$1
    # Nothing is filled in where nothing is to be said; bash has no entry of that name.
    [[ -n $1 ]] && ((${#french[@]} > 0)) || return 0
    if [[ -n ${french[$1]:-} ]]; then
        in_words=${french[$1]}
        return 0
    fi
    for number in "${!french_forms[@]}"; do
        [[ $1 =~ ${french_forms[number]} ]] || continue
        values=("${BASH_REMATCH[@]}")
        text=${french_texts[number]}
        for ((place = 1; place < ${#values[@]}; place++)); do
            in_french "${values[place]}"
            text=${text//"%$place\$s"/"$in_words"}
        done
        in_words=${text//%%/%}
        return 0
    done
    [[ $1 == '- '* ]] || return 0
    in_french "${1#- }"
    in_words="- $in_words"
}
