# shellcheck shell=bash
# influxd.bash: an InfluxDB of one's own, in a folder, for this machine only.
#
# run_dir is explained in background.bash.

# shellcheck disable=SC2154,SC2034  # what the parts share
source "$root/Sources/Installer/lib/apt.bash"
source "$root/Sources/Installer/lib/background.bash"
source "$root/Sources/Installer/lib/ports.bash"
source "$root/Sources/Installer/lib/text.bash"

first_port=18086                              # the server takes the first free port from here on
influxd_auth=false                            # true: it asks for a user and password

# plan_influxd TOOLS: sets influxd_from to path, tools or debian without changing anything.
plan_influxd() {
    if have influxd; then
        influxd_from=path
    elif [[ -x $1/influxdb/usr/bin/influxd ]]; then
        influxd_from=tools
    else
        influxd_from=debian
    fi
}

# provide_influxd TOOLS: sets influxd. Debian's package is unpacked into TOOLS, not installed: installing it would
# start a server on port 8086, open to the network.
provide_influxd() {
    local tools=$1
    plan_influxd "$tools"
    case $influxd_from in
        path) influxd=$(command -v influxd) ;;
        tools) influxd=$tools/influxdb/usr/bin/influxd ;;
        debian)
            fetch_influxd "$tools"
            influxd=$tools/influxdb/usr/bin/influxd ;;
    esac
}

# fetch_influxd TOOLS: Debian's, into TOOLS/influxdb.
fetch_influxd() {
    local package=$1/influxdb.new said
    say "Fetching Debian's influxdb package into $1 (unpacked there, not installed)."
    [[ -n $(apt-cache show influxdb 2> /dev/null) ]] || update_apt_lists
    rm -rf "$package"
    mkdir -p "$package"
    said=$(cd "$package" && apt-get -qq download influxdb 2>&1) || {
        tail -n 5 <<< "$said" >&2
        fail 69 "Debian's influxdb package could not be fetched." "Check the network, then run this again."
    }
    rm -rf "$1/influxdb"
    dpkg-deb -x "$package"/*.deb "$1/influxdb" ||
        fail 1 "Debian's influxdb package could not be unpacked in $1." "Is the disk full? df -h shows it."
    rm -rf "$package"
}

# write_influxd_config FILE FOLDER HTTP_PORT BACKUP_PORT
write_influxd_config() {
    fill "$(< "$root/influx/influxdb.conf")" DIR="$(toml "$2")" AUTH="$influxd_auth" HTTP_PORT="$3" BACKUP_PORT="$4" \
        > "$1"
}

# start_influxd FOLDER: a server of its own in FOLDER, on this machine only; sets port.
start_influxd() {
    local folder=$1 backup try
    port=$first_port
    for try in {1..10}; do
        port=$(next_free_port "$port")
        backup=$(next_free_port $((port + 1)))
        mkdir -p "$folder/influxdb"
        write_influxd_config "$folder/influxdb.conf" "$folder/influxdb" "$port" "$backup"
        : > "$folder/influxdb.log"
        start influxd "$folder/influxdb.log" "$influxd" -config "$folder/influxdb.conf"
        ! influxd_has_come "$last_pid" "$port" || return 0
        # Somebody may have taken the port in between: try the next ones.
        if alive "$last_pid" || ((try == 10)) || ! grep -q 'address already in use' "$folder/influxdb.log"; then
            break
        fi
        port=$((backup + 1))
    done
    must_run influxd "$folder/influxdb.log"
    fail 69 "InfluxDB did not answer on 127.0.0.1:$port within a minute." "Its log is $folder/influxdb.log."
}

# influxd_has_come PID PORT: true once it answers; false when it ended, or has not answered within a minute.
influxd_has_come() {
    local i
    for ((i = 0; i < 600; i++)); do
        alive "$1" || return 1
        if listens "$1" "$2" && [[ $(curl --silent --max-time 2 --output /dev/null \
            --write-out '%{http_code}' "http://127.0.0.1:$2/ping" || true) == 204 ]]; then
            return 0
        fi
        sleep 0.1
    done
    return 1
}

# query PORT INFLUXQL: the answer as CSV, empty when there is none.
query() {
    curl --silent --fail --max-time 5 --get --header 'Accept: application/csv' "http://127.0.0.1:$1/query" \
        --data-urlencode db=boxenergie --data-urlencode "q=$2" || true
}
