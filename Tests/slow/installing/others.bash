# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034  # the script's that sources this
# others.bash: on machines that are not bare, or not the right ones.

try_foreign() {
    local before grafana_door=3300
    new_machine
    start_machine
    inside apt-get -qq update > /dev/null
    inside apt-get -qq install -y --no-install-recommends influxdb influxdb-client > /dev/null 2>&1
    install_stand_in
    inside sed -i 's/^;http_port = 3000/http_port = 3300/' /etc/grafana/grafana.ini
    inside sh -c 'mkdir -p /etc/systemd/system/grafana-server.service.d
        cd /etc/systemd/system
        printf "[Service]\nEnvironment=GF_SECURITY_ADMIN_PASSWORD=jean\n" > grafana-server.service.d/jean.conf
        printf "%s\n" "[Service]" "ExecStart=/usr/bin/python3 -m http.server 1880 --directory /usr/share/doc" \
            "[Install]" "WantedBy=multi-user.target" > nodered.service
        printf "%s\n" "apiVersion: 1" "datasources:" "- { name: Maison, uid: maison, type: influxdb," \
            "    isDefault: true, url: http://127.0.0.1:8086, jsonData: { dbName: maison } }" \
            > /etc/grafana/provisioning/datasources/maison.yaml
        systemctl daemon-reload; systemctl enable --now nodered influxdb grafana-server' > /dev/null 2>&1
    within 30 outside curl -fsS http://127.0.0.1:8086/ping
    foreign_query 'CREATE DATABASE maison' > /dev/null
    foreign_query 'CREATE USER jean WITH PASSWORD '\''x'\''' > /dev/null
    seq 1 500 | awk '{ print "salon temp=" 20 + $1 / 100, 1700000000 + $1 * 60 }' |
        nsenter -t "$leader" -n curl -sS 'http://127.0.0.1:8086/write?db=maison&precision=s' --data-binary @-
    within 30 grafana_answers_there
    before=$(foreign_state)
    check "somebody's readings are there" test "$(grep -o '2023-11-' <<< "$before" | wc -l)" = 500
    remember_tree before
    installer now --yes
    check "installs beside it" exits 0
    check "the other database, its users and the way to them are as before" test "$before" = "$(foreign_state)"
    check "InfluxDB's settings are as before" test ! -e "$machine/etc/systemd/system/influxdb.service.d"
    check "Grafana's password is as before, and it has the dashboards" foreign_grafana
    check "Grafana's own port is said" says ':3300 from any device'
    inside boxenergie doctor > "$scratch/log" || true
    check "doctor asks there, too" says 'Grafana at http://127.0.0.1:3300'
    check "Node-RED goes on" outside curl -fsS -o /dev/null http://127.0.0.1:1880/
    check "readings come" within 90 more_foreign_points
    installer now --uninstall --yes --purge
    check "uninstalls" exits 0
    check "everything of theirs is as before" same before "$accounts_of_before"
    check "the other database, too" test "$before" = "$(foreign_state)"
    check "Grafana and InfluxDB of theirs go on" is_active influxdb grafana-server nodered
}

# Somebody's InfluxDB asks for a user: its administrator must be named.
try_foreign_closed() {
    local before password='x"\: y' admin
    admin=(-u "jean:$password")
    new_machine
    start_machine
    inside apt-get -qq update > /dev/null
    inside apt-get -qq install -y --no-install-recommends influxdb > /dev/null 2>&1
    within 30 outside curl -fsS http://127.0.0.1:8086/ping
    foreign_query "CREATE USER jean WITH PASSWORD '${password//\\/\\\\}' WITH ALL PRIVILEGES" > /dev/null
    foreign_query "CREATE USER reader WITH PASSWORD 'y'" > /dev/null
    inside sed -i 's/^ *# auth-enabled = false/  auth-enabled = true/' /etc/influxdb/influxdb.conf
    inside systemctl restart influxdb
    within 30 outside curl -fsS http://127.0.0.1:8086/ping
    outside curl -sS "${admin[@]}" http://127.0.0.1:8086/query --data-urlencode 'q=CREATE DATABASE maison' > /dev/null
    before=$(closed_state)
    remember_tree before
    installer now --yes --no-grafana
    check "without its administrator it is refused" exits 64
    check "says how to name one" says '--influx-admin NAME:FILE'
    check "no file is another" same before
    printf '%s' "$password" > "$machine/root/jean"
    installer now --yes --no-grafana --influx-admin jean:/root/jean
    check "somebody's user with the name of ours: is refused" exits 69
    check "and keeps its password" outside curl -fsS -o /dev/null -u reader:y \
        'http://127.0.0.1:8086/query?q=SHOW%20DATABASES'
    outside curl -sS "${admin[@]}" http://127.0.0.1:8086/query --data-urlencode 'q=DROP USER reader' > /dev/null
    installer now --yes --no-grafana --influx-admin jean:/root/jean
    check "with it, installs beside it" exits 0
    check "readings come" within 90 more_points_than 0
    check "their databases and users are as before" test "$before" = "$(closed_state)"
    installer now --uninstall --yes --purge --influx-admin jean:/root/jean
    check "uninstalls" exits 0
    check "everything of theirs is as before" same before "$accounts_of_before"
    check "also in their database" test "$before" = "$(closed_state)"
    check "no user of ours is left there" test -z "$(closed_users | grep -E 'reader|writer')"
}

closed_users() { outside curl -sS "${admin[@]}" http://127.0.0.1:8086/query --data-urlencode 'q=SHOW USERS'; }
closed_state() {
    outside curl -sS "${admin[@]}" http://127.0.0.1:8086/query --data-urlencode 'q=SHOW DATABASES' |
        sed -E 's/,?\["(boxenergie|_internal)"\]//g'
    closed_users | grep -o '\["jean",true\]'
}

foreign_query() { outside curl -sS -G http://127.0.0.1:8086/query --data-urlencode "q=$1"; }
foreign_state() {
    foreign_query 'SELECT * FROM maison.autogen.salon'
    foreign_query 'SHOW USERS' | sed 's/\["\(reader\|writer\)",false\],*//g; s/,\]/]/g'
    foreign_query 'SHOW RETENTION POLICIES ON maison'
}
more_foreign_points() { [[ $(foreign_query 'SELECT count("va_in") FROM boxenergie.raw.linky') == *linky* ]]; }
grafana_answers_there() { [[ $(outside curl -s "http://127.0.0.1:$grafana_door/api/health") == *'"ok"'* ]]; }
foreign_grafana() {
    grafana_password=jean
    within 30 has_dashboards "$(our_dashboards)" || return 1
    grafana_password=''
}

# install_stand_in: as a household that had Grafana before.
install_stand_in() {
    inside apt-get -qq install -y --no-install-recommends python3 python3-yaml adduser > /dev/null 2>&1
    cp "$repository"/site/pool/main/g/grafana/grafana_*_amd64.deb "$machine/root/grafana.deb"
    inside dpkg --install /root/grafana.deb > /dev/null 2>&1
    rm "$machine/root/grafana.deb"
}

try_port_taken() {
    local port
    for port in 3000 8086; do
        new_machine
        start_machine
        remember_tree before
        outside python3 -m http.server --bind 127.0.0.1 --directory "$scratch/media" "$port" > /dev/null 2>&1 &
        web_inside=$!
        within 20 outside curl -s -o /dev/null "http://127.0.0.1:$port/"
        installer now --yes
        check "port $port taken: is refused" exits 69
        check "port $port taken: says so" says "the port $port"
        check "port $port taken: no file is another" same before
        kill "$web_inside"
        wait "$web_inside" 2> /dev/null || true
    done
}

try_other_machines() {
    new_machine
    start_machine
    remember_tree before
    # A dpkg that says it is another architecture.
    install -m 755 /dev/stdin "$machine/usr/local/bin/dpkg" <<'DPKG'
#!/bin/sh
if [ "$1" = --print-architecture ]; then echo armhf; else exec /usr/bin/dpkg "$@"; fi
DPKG
    programs=/usr/local/bin: installer now --yes
    check "32 bits: is refused" exits 69
    check "32 bits: says what can be done" says 'Raspberry Pi Imager'
    rm "$machine/usr/local/bin/dpkg"
    cp -a "$machine/usr/lib/os-release" "$scratch/os-release"
    sed -i 's/^VERSION_ID=.*/VERSION_ID="11"/; s/ (.*)"/ (bullseye)"/' "$machine/usr/lib/os-release"
    installer now --yes
    check "Debian 11: is refused" exits 69
    check "Debian 11: says what is supported" says 'Debian 12'
    cp -a "$scratch/os-release" "$machine/usr/lib/os-release"
    code=0
    inside setpriv --reuid=nobody --regid=nogroup --clear-groups /media/now/install.sh --yes \
        > "$scratch/log" 2>&1 || code=$?
    check "not root: is refused" exits 1
    check "not root: says sudo" says sudo
    code=0
    inside sh -c 'bash -s -- --yes < /media/now/install.sh' > "$scratch/log" 2>&1 || code=$?
    check "without the files beside it, as from curl: is refused" exits 64
    check "without the files beside it: says to unpack the release" says 'Unpack the release'
    installer now
    check "nobody to ask: is refused" exits 64
    for option in --frobnicate '--purge' '--influx=oracle' '--offline /nowhere'; do
        # shellcheck disable=SC2086  # an option and its value
        installer now $option
        check "$option: wrong use" exits 64
    done
    check "no file is another" same before
}

# The stand-in, as if a household installed it by hand.
