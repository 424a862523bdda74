# shellcheck shell=bash
# words.bash: what a script says to people, what it asks them, and how it stops.

# shellcheck disable=SC2154,SC2034  # what the parts share
source "$root/Sources/Installer/lib/french.bash"

# language_of_system: as gettext finds it; asked before the next line hides it.
language_of_system() {
    local locale=${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}
    [[ -n $locale || ! -r /etc/default/locale ]] ||
        locale=$(sed -n 's/^LANG="\{0,1\}\([^"]*\).*/\1/p' /etc/default/locale)
    case $locale in
        C | POSIX) printf C ;;
        *) printf '%s' "${LANGUAGE:-$locale}" ;;
    esac
}

: "${system_language=$(language_of_system)}"
export LC_ALL=C.UTF-8 LANGUAGE=               # scripts read what apt and others say

say() { in_french "$*" && printf '%s\n' "$in_words"; }
step() { in_french "$*" && printf '\n== %s\n' "$in_words"; }

said_why=no

# fail CODE WHAT [WHAT TO DO]: says why and stops.
fail() {
    local code=$1
    said_why=yes
    shift
    in_french "$1"
    printf '\ninstall.sh: %s\n' "$in_words" >&2
    shift
    local line
    for line in "$@"; do
        in_french "$line"
        printf '    %s\n' "$in_words" >&2
    done
    exit "$code"
}

# ask_to_go_on CHOICES: stops unless the answer is yes; [Y/n] takes an empty one for yes, [y/N] for no.
ask_to_go_on() {
    local answer
    in_french "Go on?"
    read -r -p "$in_words $1 " answer || answer=n
    [[ $answer == [yYoO]* || (-z $answer && $1 == '[Y/n]') ]] || { say "Nothing was changed."; exit 0; }
}
