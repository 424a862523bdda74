# shellcheck shell=bash
# background.bash: programs in the background.
#
# Each runs in a session of its own, so that Ctrl-C reaches the script only, which then stops them in the right order.
# run_dir, which the script sets, holds NAME.pid for a later run to clean up after a kill -9.

# shellcheck disable=SC2154,SC2034  # what the parts share
source "$root/Sources/Installer/lib/words.bash"

alive() {
    local state
    state=$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$1/status" 2> /dev/null || true)
    [[ -n $state && $state != Z ]]
}

# start NAME LOG COMMAND...: sets last_pid.
start() {
    local name=$1 log=$2
    shift 2
    setsid "$@" >> "$log" 2>&1 < /dev/null 9>&- &
    last_pid=$!
    printf '%s\n' "$last_pid" > "$run_dir/$name.pid"
}

# stop NAME: asks politely, waits 10 s, then insists. Only a process that was started in the folder above run_dir.
stop() {
    local file=$run_dir/$1.pid pid i
    [[ -r $file ]] || return 0
    pid=$(< "$file")
    if [[ $pid =~ ^[0-9]+$ ]] && alive "$pid" &&
        [[ $(tr '\0' '\n' < "/proc/$pid/cmdline" 2> /dev/null || true) == *"${run_dir%/*}/"* ]]; then
        kill -TERM "$pid" 2> /dev/null || true
        for ((i = 0; i < 100; i++)); do
            alive "$pid" || break
            sleep 0.1
        done
        if alive "$pid"; then
            say "$1 did not stop within 10 s; it was ended."
            kill -KILL "$pid" 2> /dev/null || true
        fi
        wait "$pid" 2> /dev/null || true
    fi
    rm -f "$file"
}

# must_run NAME LOG: fails with the log's last lines when NAME has ended.
must_run() {
    local pid
    pid=$(cat "$run_dir/$1.pid" 2> /dev/null || echo 0)
    ! alive "$pid" || return 0
    printf '\n' >&2
    say "The last lines of $2:" >&2
    tail -n 15 "$2" | sed 's/^/    /' >&2 || true
    fail 1 "$1 stopped although it should go on; the lines above say why."
}

# attended COMMAND...: waits for its end, but a signal is seen at once; the command never outlives this script.
attended() {
    local pid code=0
    setpriv --pdeathsig TERM "$@" 9>&- &
    pid=$!
    wait "$pid" || code=$?
    ((code == 0)) || kill "$pid" 2> /dev/null || true
    return "$code"
}

# pause SECONDS: sleeps, but a signal is seen at once.
pause() { attended sleep "$1" || true; }
