# shellcheck shell=bash
# machine.bash: what is here, before anything is changed; refuses what cannot work.

# shellcheck disable=SC2154,SC2034  # what the parts share

oldest_date=1793491200                        # 2026-11-01: a clock before this is wrong; may need an update one day

# For tests: a machine that is said to be a Raspberry Pi.
model_file=${BOXENERGIE_MODEL_FILE:-/proc/device-tree/model}

has_grafana() { installed grafana || installed grafana-enterprise; }

# look_at_machine: sets what state.bash names under "Found"; grafana becomes yes or no.
look_at_machine() {
    local memory needed=100
    # shellcheck disable=SC1091  # the machine's
    suite=$(source /etc/os-release && say "${VERSION_CODENAME:-}")
    [[ -d /run/systemd/system ]] ||
        fail 69 "systemd does not run here, and the services need it." \
            "A container without it can only try: ./install.sh --demo"
    memory=$(memory_mb)
    model=$({ tr -d '\0' < "$model_file"; } 2> /dev/null || true)
    say "Machine:   ${model:-$arch}, Debian $suite, $arch, $memory MB of memory," \
        "pages of $(($(getconf PAGESIZE) / 1024)) KB"
    look_at_memory "$memory"
    installed boxenergie || needed=$((needed + 300))
    [[ $grafana == no ]] || has_grafana || needed=$((needed + 1100))
    look_at_disk "$needed"
    look_at_clock

    look_at_influxdb
    grafana_port=$(port_of_grafana)
    look_at_port "$grafana_port" grafana-server Grafana "$grafana"
    look_at_port 21 boxenergie-ftp "the FTP server" "$ftp"
    if active nodered || installed nodered; then
        say "Node-RED:  found; it keeps its port 1880, and goes on undisturbed"
    fi
    look_at_program "$needed"
}

# look_at_memory MB
look_at_memory() {
    (($1 >= 300)) ||
        fail 69 "this machine has $1 MB of memory, and 300 MB are needed." "A Raspberry Pi 3, 4, 5 or Zero 2 will do."
    if [[ $grafana == yes ]] && (($1 < 700)) && ! has_grafana; then
        grafana=no
        say "Grafana:   not on this machine: it needs 700 MB of memory. The page of the house does without; README" \
            "says"
        say "           how a PC with a Grafana shows the dashboards. --with-grafana installs it all the same."
    fi
    [[ $grafana == no ]] || grafana=yes
}

# look_at_disk MB: that it must have free.
look_at_disk() {
    local folder free
    for folder in /usr /var; do
        free=$(free_mb "$folder")
        ((free >= $1)) || fail 1 "$folder has $free MB of free space, and $1 MB are needed." \
            "Nothing was changed. Make room (sudo apt-get clean, or a larger card), then run this again."
    done
    [[ -w /etc && -w /var/lib ]] || fail 1 "the card cannot be written: it is mounted read-only." \
        "After errors of the card Linux does that. dmesg says more; a new card may be needed."
}

# look_at_clock: a Pi without a clock of its own may believe in the past; then no certificate is valid. Sets zone.
look_at_clock() {
    local configured by_hand="sudo date --set '2026-12-31 18:00'"
    if ! clock_is_right; then
        say "Clock:     $(date '+%F %R') cannot be right; waiting for the network to set it"
        wait_for 90 clock_is_right || fail 69 "the clock is wrong: $(date '+%F %R')." \
            "It is set by the network: check the cable or the Wi-Fi. Or set it yourself: $by_hand"
    fi
    configured=$(timedatectl show --property=Timezone --value 2> /dev/null || true)
    case $configured in
        Indian/* | America/* | Pacific/*) zone=$configured ;;
        *) zone=Europe/Paris ;;
    esac
}

clock_is_right() { (($(date +%s) >= oldest_date)); }

# port_of_grafana: as its settings say; somebody's Grafana may have another than the usual one.
port_of_grafana() {
    awk -F '[[:space:]]*=[[:space:]]*' '
        /^\[/ { here = /^\[server\]/ }
        here && $1 == "http_port" && $2 ~ /^[0-9]+$/ { port = $2 }
        END { print port ? port : 3000 }' <<< "$(cat /etc/grafana/grafana.ini 2> /dev/null)"
}
