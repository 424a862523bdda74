# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034  # the script's that sources this
# room.bash: on a disk that is full, or fills up.

try_full_disk() {
    new_machine 90
    start_machine
    remember_tree before
    installer now --yes
    check "is refused" exits 1
    check "says how much room is needed" says 'MB are needed'
    check "says that nothing was changed" says 'Nothing was changed'
    check "no file is another" same before
}

# It says itself how much it wants; somebody else takes most of that after it has looked.
try_filling_disk() {
    local wanted
    new_machine 90
    start_machine
    installer now --yes
    wanted=$(sed -n 's/.*and \([0-9]*\) MB are needed.*/\1/p' "$scratch/log")
    check "says how much room is needed" test "${wanted:-0}" -gt 0
    new_machine $((wanted + 700))
    start_machine
    (
        within 120 grep -qs 'Asking Debian' "$scratch/log"
        dd if=/dev/zero of="$machine/var/filler" bs=1M 2> /dev/null || true
    ) &
    filler=$!
    installer now --yes
    wait "$filler"
    check "fails" test "$code" != 0
    check "says where and why" says 'space'
    rm "$machine/var/filler"
    free_port
    installer now --yes
    check "with room again it goes on to the end" exits 0
    check "all of it works" works
}

# A machine that somebody uses already: InfluxDB without users, Grafana with a password, Node-RED on its port.
