# shellcheck shell=bash
# influxdb.bash: the InfluxDB that is here, and the ports that are taken.

# shellcheck disable=SC2154,SC2034  # what the parts share

# look_at_port PORT UNIT NAME WANTED: taken by somebody else?
look_at_port() {
    [[ $4 == yes ]] || return 0
    if ! port_is_free "$1" && ! active "$2"; then
        fail 69 "the port $1, which $3 needs, is used by another program$(user_of_port "$1")." \
            "Nothing was changed. Stop that program or give it another port, then run this again."
    fi
}

# look_at_influxdb: sets influx_state.
look_at_influxdb() {
    if ours influxdb; then
        influx_state=ours
        say "InfluxDB:  installed by an earlier run"
        if [[ $influx_from == influxdata ]] &&
            [[ $(dpkg-query -W -f='${Maintainer}' influxdb 2> /dev/null) == *debian.org* ]]; then
            fail 64 "InfluxDB is here from Debian, and --influx=influxdata does not replace it." \
                "Nothing was changed. To replace it: sudo $myself --uninstall (readings stay), then this again."
        fi
    elif ! port_is_free 8086; then
        look_at_foreign_influxdb
    elif installed influxdb; then
        fail 69 "InfluxDB is installed on this machine, and does not run." \
            "Nothing was changed. Start it (sudo systemctl start influxdb) or remove it, then run this again."
    else
        influx_state=none
        look_at_port 8088 influxdb "the backup of InfluxDB" yes
    fi
}

# look_at_foreign_influxdb: somebody's server stays as it is, and gets one database more.
look_at_foreign_influxdb() {
    local version code
    wait_for 20 influx_answers || true
    version=$(answer_of_influx /ping | tr -d '\r' | sed -n 's/^X-Influxdb-Version: v*//Ip')
    [[ -n $version ]] || fail 69 "the port 8086 is used by a program that is not InfluxDB$(user_of_port 8086)." \
        "Nothing was changed. Give that program another port, then run this again."
    [[ $version == 1.* ]] ||
        fail 69 "the InfluxDB on this machine is version $version, and boxenergie needs version 1." \
            "Nothing was changed. Both at once need two ports, which this script does not set up."
    code=$(answer_of_influx '/query?q=SHOW%20DATABASES' | sed -n '1s/^HTTP[^ ]* \([0-9]*\).*/\1/p')
    if [[ $code == 401 ]]; then
        influx_state=closed
        [[ -n $influx_admin ]] || fail 64 "there is an InfluxDB $version already, and it asks for a user." \
            "Nothing was changed. Name its administrator and a file with the password, and it gets one database more:" \
            "sudo ./install.sh --influx-admin NAME:FILE"
    else
        influx_state=open
    fi
    say "InfluxDB:  version $version was there before; it keeps its settings and gets the database boxenergie"
}

influx_answers() { [[ $(answer_of_influx /ping) == HTTP/*' 204 '* ]]; }

# answer_of_influx PATH: with its head. By the shell alone, since a bare Debian has no curl.
answer_of_influx() {
    # shellcheck disable=SC2016  # the inner shell expands it
    timeout 5 bash -c '
        exec 3<> /dev/tcp/127.0.0.1/8086 && printf "GET %s HTTP/1.0\r\n\r\n" "$1" >&3 && cat <&3
    ' - "$1" 2> /dev/null || true
}
