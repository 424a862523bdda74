# shellcheck shell=bash
# machine.bash: machines that systemd-nspawn boots, and programs of arm64 that run under emulation, for the scripts
# beside it.
#
# Sourced after words.bash of the installer. The script sets
#   scratch   its own folder
#   machine   the root of the machine
# and may define explain, which says more about a check that failed.
# shellcheck disable=SC2154

passed=0 failed=0 booted='' router='' leader=''

check() {
    local name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        say "ok      $name"
    else
        failed=$((failed + 1))
        say "FAILED  $name"
        if declare -F explain > /dev/null; then say_once "$(explain 2>&1 | sed 's/^/        /' || true)"; fi
    fi
}

# say_once TEXT: unless it is what was said last.
said_last=''
say_once() {
    [[ $1 == "$said_last" ]] || say "$1"
    said_last=$1
}

# within SECONDS COMMAND...: until it succeeds.
within() {
    local end=$((SECONDS + $1))
    shift
    until "$@" > /dev/null 2>&1; do
        ((SECONDS < end)) || { "$@"; return 1; }
        sleep 0.3
    done
}

# boot [nspawn options]: in a loop, since a reboot ends it with 133.
boot() {
    mkdir -p /run/systemd/nspawn
    mountpoint -q /run/systemd/nspawn || mount -t tmpfs tmpfs /run/systemd/nspawn
    rm -f "$scratch/nspawn.pid"
    old_leader=''
    # shellcheck disable=SC2016  # expanded in there
    setsid bash -c '
        cd "$1"
        machine=$2 name=$3
        shift 3
        while :; do
            systemd-nspawn -q -D "$machine" -M "$name" --boot --register=no --keep-unit --console=pipe \
                --private-network "$@" &
            echo $! > nspawn.pid
            code=0
            wait $! || code=$?
            [[ $code == 133 ]] || exit "$code"
        done
    ' - "$scratch" "$machine" "be-$$" "$@" > "$scratch/console" 2>&1 < /dev/null &
    booted=$!
    within 60 is_up
}

is_up() {
    local state
    leader=$(cat "/proc/$(cat "$scratch/nspawn.pid")/task/"*/children | awk '{ print $1 }')
    [[ -n $leader && $leader != "${old_leader:-}" ]] || return 1
    state=$(inside systemctl is-system-running 2> /dev/null) || true
    [[ $state == running || $state == degraded ]]
}

# inside COMMAND...: runs it in the machine.
inside() {
    nsenter -t "$leader" -a env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive "$@" < /dev/null
}

# connect: the machine reaches the network as from behind a router; 10.0.2.2 is this one.
connect() {
    disconnect
    slirp4netns --configure --mtu=65520 "$leader" tap0 > "$scratch/router" 2>&1 &
    router=$!
    within 20 inside ip -4 route get 10.0.2.3 && inside ip link set tap0 multicast on
}

disconnect() {
    [[ -n $router ]] || return 0
    kill "$router" 2> /dev/null || true
    wait "$router" 2> /dev/null || true
    router=''
}

power_off() {
    [[ -n $booted ]] || return 0
    inside systemctl poweroff > /dev/null 2>&1 || true
    within 60 gone "$booted"
    booted=''
    disconnect
}

gone() { ! kill -0 "$1" 2> /dev/null; }

# reboots: with its network as before.
reboots() {
    local online=$router
    old_leader=$leader
    disconnect
    inside systemctl reboot > /dev/null 2>&1 || true
    within 60 is_up && { [[ -z $online ]] || connect; }
}

# emulated COMMAND...: runs a function of this script where arm64 programs run, by a registration that this machine
# does not see (Linux 6.7 and later).
emulated() {
    local gate=$scratch/gate pid
    mkfifo "$gate"
    export -f emulated_inside bootstrap debian say fail
    # shellcheck disable=SC2016  # expanded in there
    unshare --user bash -c 'read -r _ < "$1"; shift
        exec unshare --mount --pid --fork --kill-child --mount-proc bash -c "emulated_inside \"\$@\"" - "$@"' - "$gate" "$@" &
    pid=$!
    within 10 has_own_users "$pid"
    echo '0 0 4294967295' > "/proc/$pid/uid_map"
    echo '0 0 4294967295' > "/proc/$pid/gid_map"
    echo > "$gate"
    rm "$gate"
    wait "$pid"
}

has_own_users() { [[ $(readlink "/proc/$1/ns/user") != "$(readlink /proc/self/ns/user)" ]]; }

emulated_inside() {
    set -euo pipefail
    mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
    grep -v '^#' /usr/lib/binfmt.d/qemu-aarch64.conf > /proc/sys/fs/binfmt_misc/register
    "$@"
}
