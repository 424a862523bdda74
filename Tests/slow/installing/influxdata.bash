# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034  # the script's that sources this
# influxdata.bash: InfluxDB from InfluxData's own repository, of which a stand-in takes the place.

# serve_influxdata: sets influxdata_at, influxdata_key and influxdata_web.
serve_influxdata() {
    local port
    [[ -e $scratch/influxdata ]] || "$root/Tests/slow/stand-in/build-influxdata" "$scratch/influxdata"
    port=$(next_free_port 28100)
    python3 -m http.server --bind 127.0.0.1 --directory "$scratch/influxdata/site" "$port" > /dev/null 2>&1 &
    influxdata_web=$!
    influxdata_at=http://10.0.2.2:$port
    influxdata_key=$(< "$scratch/influxdata/fingerprint")
    within 20 curl -fsS -o /dev/null "http://127.0.0.1:$port/influxdata-archive.key"
}

try_influxdata() {
    local site key count ask=(--yes --no-grafana --influx=influxdata)
    serve_influxdata
    site=$influxdata_at key=$influxdata_key
    new_machine
    start_machine
    remember_tree before
    remember_packages before

    installer now "${ask[@]}" --dry-run
    check "a dry run says that the repository comes" says "would add the repository $site/debian"
    check "no file is another" same before

    influxdata_at=http://10.0.2.2:9 installer now "${ask[@]}"
    check "without its site: fails" exits 69
    check "says why" says 'http://10.0.2.2:9/influxdata-archive.key could not be fetched'
    check "says the one command, with its options" says "install.sh ${ask[*]}"
    check "Debian's own did not come instead" fails installed_inside influxdb
    check "apt works without complaint" apt_is_content

    influxdata_key=0000000000000000000000000000000000000000 installer now "${ask[@]}"
    check "signed by somebody else: fails" exits 69
    check "says that the key is another" says 'its key has changed'
    check "no key and no source of it stay" test -z "$(find "$machine/etc/apt" -name '*influxdata*')"
    check "apt works without complaint then, too" apt_is_content

    influxdata_at=$site influxdata_key=$key
    installer now "${ask[@]}"
    check "with its site and its key that command finishes" exits 0
    check "InfluxData's package is there, alone" test "$(influx_packages)" = 'influxdb 1.12.4-1'
    check "of the keys in its file only that one is trusted" test "$(trusted_keys influxdata)" = "$key"
    check "apt works without complaint now" apt_is_content
    check "all services run, points come" works without-grafana
    check "InfluxDB is for this machine only, and asks for a user" closed_to_the_network
    check "a large database has time to start" test "$(inside systemctl show -P TimeoutStartUSec influxdb)" = 15min
    check "the unit of backups saves the box" inside systemctl start boxenergie-backup
    count=$(points)
    check "reboots" reboots
    check "all of it works again" within 60 works without-grafana
    check "with the points of before" more_points_than "$count"
    installer now --yes --no-grafana
    check "run again without the option" exits 0
    check "it changes nothing" says 'nothing was changed'
    check "no other package came" test "$(influx_packages)" = 'influxdb 1.12.4-1'

    installer now --uninstall --yes
    check "uninstalls" exits 0
    check "the machine is as before, but for readings, settings and accounts" same before "$kept|$accounts"
    check "readings stay" test -s "$machine/var/lib/influxdb/meta/meta.db"
    count=$(find "$machine/var/lib/influxdb/data" -type f | wc -l)
    installer now "${ask[@]}"
    check "installed once more it takes them up" exits 0
    check "all of it works" works without-grafana
    installer now --uninstall --yes --purge
    check "uninstalls for good" exits 0
    check "the machine is as before" same before "$accounts_of_before"
    check "so are its packages" same_packages before
    check "no readings are left" test ! -e "$machine/var/lib/influxdb" -a ! -e "$machine/var/log/influxdb"
    check "no service of it is known" test -z "$(inside systemctl list-unit-files --no-legend 'influx*')"

    installer now --yes --no-grafana
    check "Debian's own instead: installs" exits 0
    within 90 more_points_than 3
    count=$(points)
    installer now "${ask[@]}"
    check "with that one there, the option is refused" exits 64
    check "and what to do is said" says '--uninstall'
    installer now --uninstall --yes
    installer now "${ask[@]}"
    check "what is said leads from Debian's to InfluxData's" exits 0
    check "that is InfluxData's" test "$(influx_packages)" = 'influxdb 1.12.4-1'
    check "with the points of before" within 90 more_points_than "$count"
    kill "$influxdata_web"
    influxdata_at='' influxdata_key=''
}

# shellcheck disable=SC2016  # dpkg's own variables
influx_packages() {
    inside dpkg-query -W -f='${db:Status-Status} ${Package} ${Version}\n' 'influxdb*' | sed -n 's/^installed //p'
}

# shellcheck disable=SC2016  # dpkg's own variable
installed_inside() { [[ $(inside dpkg-query -W -f='${db:Status-Status}' "$1") == installed ]]; }

# trusted_keys NAME: the fingerprints of the primary keys that apt takes for that repository.
trusted_keys() {
    gpg --show-keys --with-colons "$machine/etc/apt/keyrings/boxenergie-$1.asc" 2> /dev/null |
        fingerprints
}
