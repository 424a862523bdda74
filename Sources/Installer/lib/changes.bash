# shellcheck shell=bash
# changes.bash: changes of files: said, then made, unless things are so already.

# shellcheck disable=SC2154,SC2034  # what the parts share
source "$root/Sources/Installer/lib/state.bash"
source "$root/Sources/Installer/lib/words.bash"
source "$root/Sources/Installer/lib/journal.bash"

# change WORDS COMMAND...: says what it changes, then does it; a dry run only says it.
change() {
    local words=$1
    shift
    changes=$((changes + 1))
    if [[ $dry_run == yes ]]; then
        say "would $words"
    else
        say "- $words"
        "$@"
    fi
}

# write_file PATH MODE OWNER:GROUP TEXT: when it is not so yet.
write_file() {
    if [[ -f $1 && $(stat -c '%a %U:%G' "$1") == "$2 $3" && $(< "$1") == "$4" ]]; then return 0; fi
    change "write $1" put_file "$@"
}

put_file() {
    local path=$1 mode=$2 owner=$3 text=$4
    make_folder "$(dirname "$path")"
    keep_original "$path"
    rm -f "$path.boxenergie-new"
    {
        (umask 077 && printf '%s\n' "$text" > "$path.boxenergie-new") && chown "$owner" "$path.boxenergie-new" &&
            chmod "$mode" "$path.boxenergie-new" && sync "$path.boxenergie-new" && mv -f "$path.boxenergie-new" "$path"
    } || fail 1 "$path could not be written; the lines above say why." "When that is mended, run this again."
}

make_folder() {
    [[ ! -d $1 ]] || return 0
    make_folder "$(dirname "$1")"
    remember folder "$1"
    mkdir -m 755 "$1"
}

keep_original() {
    local path=$1 number
    ! journaled created "$path" || return 0
    [[ ! -r $journal ]] || ! grep -q $'^changed\t[0-9]* '"$path\$" "$journal" || return 0
    if [[ -e $path ]]; then
        mkdir -p "$journal_dir/originals"
        number=$(find "$journal_dir/originals" -type f | wc -l)
        cp -a "$path" "$journal_dir/originals/$number"
        sync "$journal_dir/originals/$number"
        remember changed "$number $path"
    else
        remember created "$path"
    fi
}

# owned MODE OWNER:GROUP FILE: a password file that has its reader.
owned() {
    [[ -e $3 ]] || return 0
    [[ $(stat -c '%a %U:%G' "$3") != "$1 $2" ]] || return 0
    change "give $3 to $2" give "$@"
}

give() {
    chown "$2" "$3"
    chmod "$1" "$3"
}
