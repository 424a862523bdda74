# shellcheck shell=bash
# journal.bash: what an installation changed.
#
# Each change is written into a journal before it is made, so that --uninstall undoes just that, wherever things
# stopped. A line is KIND, a tab, and what it is about:
#   package NAME, account NAME, group NAME   were not there before
#   folder PATH, created PATH                likewise
#   secret PATH, data PATH                   likewise; only --purge deletes it
#   changed N PATH                           the original is in originals/N
#   block PATH                               has lines of ours between two marks
#   word WORD PATH                           lost this word of its only line
#   member USER GROUP                        did not belong to it
#   database NAME                            made on a server that was there before
#   configuration SUM                        as this script wrote it, so that nobody has edited it yet
#   residue NAME                             a package that is gone, but for its data and settings

# shellcheck disable=SC2154,SC2034  # what the parts share
source "$root/Sources/Installer/lib/words.bash"

journal_dir=/var/lib/boxenergie-install
journal=$journal_dir/journal

journaled() { [[ -r $journal ]] && grep -qxF -- "$1"$'\t'"$2" "$journal"; }

# remember KIND WHAT: before it is changed.
remember() {
    ! journaled "$1" "$2" || return 0
    [[ -d $journal_dir ]] || mkdir -m 700 "$journal_dir"
    printf '%s\t%s\n' "$1" "$2" >> "$journal"
    sync "$journal"
}

# forget KIND WHAT: it is undone.
forget() {
    grep -vxF -- "$1"$'\t'"$2" "$journal" > "$journal.new" || true
    sync "$journal.new"
    mv -f "$journal.new" "$journal"
}

# open_journal: only one run at a time. A line that a power cut left half written is of a change that was not made.
open_journal() {
    exec 9> /run/boxenergie-install.lock      # not in /run/lock, where everybody may write
    flock -n 9 || fail 1 "another run of this script is at work." "Wait for it to end."
    [[ ! -s $journal || -z $(tail -c 1 "$journal") ]] || sed -i '$d' "$journal"
}
