# shellcheck shell=bash
# services.bash: systemd's services of a box.

# shellcheck disable=SC2154,SC2034  # what the parts share
source "$root/Sources/Installer/lib/changes.bash"

enabled() { systemctl is-enabled --quiet "$1" 2> /dev/null; }
active() { systemctl is-active --quiet "$1" 2> /dev/null; }

# keep_running UNIT FILE...: enabled and running, and started after these files were last changed.
keep_running() {
    local unit=$1 since file stale=no
    shift
    enabled "$unit" || change "let $unit start with the machine" systemctl --quiet enable "$unit"
    if active "$unit"; then
        since=$(systemctl show --timestamp=unix --property=ActiveEnterTimestamp --value "$unit")
        for file in "$@"; do
            [[ ! -e $file ]] || (($(stat -c %Y "$file") < ${since#@})) || stale=yes
        done
        [[ $stale == yes ]] || return 0
    fi
    change "start $unit" restart "$unit"
}

restart() {
    sleep 1                                   # a file of this second is older than the start
    systemctl daemon-reload
    systemctl reset-failed "$1" 2> /dev/null || true
    systemctl restart "$1" || {
        systemctl status --no-pager --lines=15 "$1" >&2 || true
        fail 1 "$1 does not start; the lines above say why."
    }
}
