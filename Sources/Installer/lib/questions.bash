# shellcheck shell=bash
# questions.bash: what is asked on the way; where nobody answers the usual answer counts.

# shellcheck disable=SC2154,SC2034  # what the parts share
source "$root/Sources/Installer/lib/state.bash"
source "$root/Sources/Installer/lib/words.bash"

may_ask() { [[ $yes == no && $dry_run == no && -t 0 ]]; }

# agrees USUAL LINE...: true for yes; USUAL, yes or no, is the answer of whoever only presses Enter, and of nobody.
agrees() {
    local usual=$1 choices='[y/N]' answer='' line
    shift
    [[ $usual == no ]] || choices='[Y/n]'
    if may_ask; then
        for line; do say "$line"; done
        read -r -p "$choices " answer || answer=''
    fi
    [[ $answer == [yYoO]* || (-z $answer && $usual == yes) ]]
}

# answer_to USUAL LINE...: sets answer to what is typed; USUAL where only Enter is pressed, and where nobody answers.
answer_to() {
    local line
    answer=$1
    shift
    may_ask || return 0
    for line; do say "$line"; done
    read -r -e -i "$answer" -p '> ' answer || true
}
