# shellcheck shell=bash
# influxdb.bash: the step that installs the database server.

# shellcheck disable=SC2154,SC2034  # what the parts share

# May need an update one day:
influxdata_site=${BOXENERGIE_INFLUXDATA_SITE:-https://repos.influxdata.com}
influxdata_key_url=$influxdata_site/influxdata-archive.key
# The primary key since 2023. The subkeys under it that sign change every three years: 2023, 2026, and so on.
influxdata_key=${BOXENERGIE_INFLUXDATA_KEY_FINGERPRINT:-24C975CBA61A024EE1B631787C3D57159FC2F927}

install_influxdb() {
    local dropin=/etc/systemd/system/influxdb.service.d/boxenergie.conf
    step "The database server"
    case $influx_state in
        open | closed)
            say "The InfluxDB of this machine stays as it is."
            return 0 ;;
    esac
    # Before the first start: the package's own settings let in the whole network without a password. InfluxData's unit
    # waits until all of the data are open, and systemd would end it after 90 s.
    write_file "$dropin" 644 root:root "$(file_text influxdb-dropin.conf)"
    if installed influxdb && have influx; then
        say "InfluxDB $(dpkg-query -W -f='${Version}' influxdb) is installed"
    elif [[ $influx_from == influxdata ]]; then
        add_influxdata
    else
        add_packages "InfluxDB from Debian" --no-install-recommends influxdb influxdb-client
    fi
    keep_running influxdb "$dropin" "$share/influx/influxdb.env" /etc/default/influxdb
    [[ $dry_run == no ]] || return 0
    wait_for 120 influx_answers || {
        journalctl --no-pager --unit influxdb --lines 15 >&2 || true
        fail 69 "InfluxDB does not answer on 127.0.0.1:8086; its last words are above."
    }
    say "InfluxDB runs, for this machine only"
}

# add_influxdata: InfluxDB with its client, in one package. It has been tried with a stand-in of the version 1.12 only.
add_influxdata() {
    local version='' site=$influxdata_site/debian
    if add_repository influxdata "$site" "$influxdata_key_url" "$influxdata_key" 'stable main'; then
        if [[ $dry_run == yes ]]; then
            add_packages "InfluxDB from InfluxData"
            return 0
        fi
        version=$(apt-cache "${apt_options[@]}" show influxdb 2> /dev/null | awk -v RS='' '
            !found && !/\nMaintainer: [^\n]*debian\.org/ && match($0, /\nVersion: [^\n]*/) {
                found = substr($0, RSTART + 10, RLENGTH - 10)
            }
            END { print found }')
        if [[ $version == 1.* ]]; then
            add_packages "InfluxDB $version from InfluxData" --no-install-recommends "influxdb=$version"
            return 0
        fi
        repository_reason="${offline:-$site} has no InfluxDB 1 for $arch"
    fi
    fail 69 "InfluxData's repository cannot be used: $repository_reason." \
        "When that is mended, this finishes the work: sudo $myself$asked" \
        "Debian's own InfluxDB does as well: leave --influx=influxdata out."
}
