# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034  # the script's that sources this
# seen.bash: what can be seen of a machine, by its services, its database, its Grafana and its files.

ask() {
    outside curl -sS --max-time 10 -u "reader:$(inside cat /etc/boxenergie/grafana-influx.pass)" -G \
        -H 'Accept: application/csv' http://127.0.0.1:8086/query --data-urlencode db=boxenergie --data-urlencode "q=$1"
}

points() { ask 'SELECT count("va_in") FROM "raw"."linky"' | sed -n 's/^linky,.*,//p'; }
more_points_than() { local count; count=$(points) && ((${count:-0} > $1)); }

is_active() {
    local unit
    for unit; do
        [[ $(inside systemctl is-active "$unit") == active ]] || { say "$unit is not active"; return 1; }
    done
}

is_enabled() {
    local unit
    for unit; do inside systemctl -q is-enabled "$unit" || { say "$unit is not enabled"; return 1; }; done
}

grafana_door=3000
grafana() {
    local path=$1
    shift
    outside curl -sS --max-time 20 \
        -u "admin:${grafana_password:-$(inside cat /etc/boxenergie/grafana-admin.password)}" \
        "http://127.0.0.1:$grafana_door$path" "$@"
}

# grafana_shows: health, data source, all dashboards, one panel's query, and nobody without a password.
grafana_shows() {
    local found
    [[ $(grafana /api/health) == *'"database": "ok"'* ]] || { say 'no health'; return 1; }
    source_is '"OK"' || { grafana /api/datasources/uid/boxenergie-influxdb/health && return 1; }
    within 15 has_dashboards "$(our_dashboards)" || { say "not $(our_dashboards) dashboards"; return 1; }
    # shellcheck disable=SC2016  # Grafana's own variable
    found=$(grafana /api/ds/query -H 'Content-Type: application/json' --data '{"from": "now-1h", "to": "now",
        "queries": [{"refId": "A", "datasource": {"uid": "boxenergie-influxdb"}, "rawQuery": true,
         "resultFormat": "time_series", "query": "SELECT last(\"va_in\") FROM \"raw\".\"linky\" WHERE $timeFilter"}]}')
    [[ $found == *'"values":[['* ]] || { say "$found"; return 1; }
    [[ $(outside curl -sS -o /dev/null -w '%{http_code}' http://127.0.0.1:3000/api/search) == 401 ]] || {
        say 'it shows its dashboards to everybody'
        return 1
    }
}

source_is() { [[ $(grafana /api/datasources/uid/boxenergie-influxdb/health) == *"$1"* ]]; }
our_dashboards() { find "$root/grafana/dashboards" -maxdepth 1 -name '*.json' | wc -l; }
has_dashboards() { [[ $(grafana '/api/search?type=dash-db' | grep -o '"uid":"boxenergie-' | wc -l) == "$1" ]]; }

# works [without-grafana]: all services run and start with the machine, and points come.
works() {
    local units=(influxdb boxenergie boxenergie-backup.timer)
    [[ ${1:-} == without-grafana ]] || units+=(grafana-server)
    is_active "${units[@]}" && is_enabled "${units[@]}" && within 90 more_points_than "$(points)" &&
        { [[ ${1:-} == without-grafana ]] || grafana_shows; }
}

# Passwords are for root and whom they are meant for.
passwords_are_kept() {
    local all open
    all=$(find "$machine/etc/boxenergie" -name '*pass*' | wc -l)
    open=$(find "$machine/etc/boxenergie" -name '*pass*' -perm /0027)
    [[ -z $open ]] || { say "open to others: $open"; return 1; }
    ((all >= 4))
}

closed_to_the_network() {
    local open
    open=$(inside ss -ltnH | awk '{ print $4 }' | grep -E ':(8086|8088)$' | grep -v '^127\.0\.0\.1:' || true)
    [[ -z $open ]] || { say "open to the network: $open"; return 1; }
    [[ $(outside curl -s -o /dev/null -w '%{http_code}' 'http://127.0.0.1:8086/query?q=SHOW%20DATABASES') == 401 ]]
}

# What lives in a machine: logs, caches, lists, data.
living=(proc sys dev run tmp media root var/tmp var/log var/cache var/lib/dpkg var/lib/apt var/lib/systemd
    var/lib/influxdb var/lib/boxenergie var/lib/grafana etc/ld.so.cache etc/machine-id)

# tree: everything else in the machine with its mode, owner and content.
tree() (
    cd "$machine" || exit
    prune=(-false)
    for path in "${living[@]}"; do prune+=(-o -path "./$path"); done
    find . -xdev \( "${prune[@]}" \) -prune -o -printf '%y %m %U:%G %p -> %l\n' | sort
    find . -xdev \( "${prune[@]}" \) -prune -o -type f -print0 | sort -z | xargs -0 sha256sum
)

remember_tree() { tree > "$scratch/tree.$1"; }

# same NAME [PATTERN]: the tree is as when remember_tree NAME was called, but for lines that match.
same() {
    tree > "$scratch/tree.now"
    { diff "$scratch/tree.$1" "$scratch/tree.now" || true; } | { grep '^[<>]' || true; } |
        { grep -vE -- "${2:-^$}" || true; } > "$scratch/differences"
    [[ ! -s $scratch/differences ]] || { head -n 30 "$scratch/differences"; return 1; }
}

# shellcheck disable=SC2016  # dpkg's own variables
packages_inside() { inside dpkg-query -W -f='${db:Status-Abbrev} ${Package} ${Version}\n'; }
remember_packages() { packages_inside > "$scratch/packages.$1"; }
same_packages() { diff "$scratch/packages.$1" <(packages_inside); }

pids() { inside systemctl show -P MainPID influxdb boxenergie grafana-server; }

fails() { ! "$@" 2> /dev/null; }
