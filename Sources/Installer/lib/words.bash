# shellcheck shell=bash
# words.bash: what a script says to people, what it asks them, and how it stops.

# shellcheck disable=SC2154,SC2034  # what the parts share
export LC_ALL=C.UTF-8 LANGUAGE=               # scripts read what apt and others say

say() { printf '%s\n' "$*"; }
step() { printf '\n== %s\n' "$*"; }

said_why=no

# fail CODE WHAT [WHAT TO DO]: says why and stops.
fail() {
    local code=$1
    said_why=yes
    shift
    printf '\ninstall.sh: %s\n' "$1" >&2
    shift
    local line
    for line in "$@"; do printf '    %s\n' "$line" >&2; done
    exit "$code"
}

# ask_to_go_on CHOICES: stops unless the answer is yes; [Y/n] takes an empty one for yes, [y/N] for no.
ask_to_go_on() {
    local answer
    read -r -p "Go on? $1 " answer || answer=n
    [[ $answer == [yYoO]* || (-z $answer && $1 == '[Y/n]') ]] || { say "Nothing was changed."; exit 0; }
}
