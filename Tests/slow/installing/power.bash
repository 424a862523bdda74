# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034  # the script's that sources this
# power.bash: the plug is pulled while the installer is at work, wherever that is.

try_cut() {
    local seconds
    for seconds in 2 4 6 8 11 14 17; do
        new_machine
        start_machine
        installer now --yes &
        installing=$!
        sleep "$seconds"
        pull_the_plug
        say "$seconds s: cut off in: $(grep '^==' "$scratch/log" | tail -n 1), $(tail -n 1 "$scratch/log")"
        start_machine
        installer now --yes
        check "$seconds s: goes on" exits 0
        check "$seconds s: the box works" works
        check "$seconds s: no package is half installed" test -z "$(inside dpkg --audit)"
        installer now --uninstall --purge --yes
        check "$seconds s: and goes away again" exits 0
    done
}

# What a power cut leaves in the middle of a package, in each state that dpkg has for it.
try_halves() {
    local state
    new_machine
    start_machine
    installer now --yes
    check "installs" exits 0
    for state in half-installed unpacked half-configured; do
        inside sed -i "/^Package: libcurl4\\(t64\\)\\?$/,/^$/s/^Status: .*/Status: install reinstreq $state/" /var/lib/dpkg/status
        check "$state: dpkg finds it" test -n "$(inside dpkg --audit)"
        installer now --yes
        check "$state: goes on" exits 0
        check "$state: the box works" works
        check "$state: no package is half installed" test -z "$(inside dpkg --audit)"
    done
}

# pull_the_plug: all of the machine's processes end at once.
pull_the_plug() {
    kill -KILL "$leader"
    within 30 gone "$booted"
    booted=''
    disconnect
    wait "$installing" 2> /dev/null || true
}

# The network to whoever looks on by ssh breaks: the terminal goes, and with it all that ran there.
try_hangup() {
    local seconds
    new_machine
    start_machine
    # shellcheck disable=SC2016  # the inner shell expands it
    by=(bash -c 'script --quiet --command "$*" /dev/null' -)
    for seconds in 5 9; do
        installer now --yes &
        installing=$!
        sleep "$seconds"
        inside pkill -KILL -x script
        wait "$installing" || true
        within 60 fails inside pgrep -f install.sh
        say "$seconds s: cut off in: $(grep '^==' "$scratch/log" | tail -n 1)"
    done
    by=()
    installer now --yes
    check "goes on" exits 0
    check "all of it works" works
}
