# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034  # the script's that sources this
# central.bash: the centre of a fleet, and two boxes of another machine that join it.

# The boxes are programs of this machine in the other one's network, each with a state and a meter of its own; their
# clocks are set so that a quarter of an hour ends soon.
central_address=10.0.2.100

try_central() {
    local box before
    new_machine
    start_machine
    remember_tree before
    remember_packages before
    installer now --central --yes --name "$central_address" --dry-run
    check "a dry run says each change" exits 0
    check "and makes none" same before
    installer now --central --yes --name "$central_address"
    check "a centre is made" exits 0
    check "its services run and start with the machine" central_works
    check "InfluxDB, Grafana and its backup are for this machine only" only_the_door_is_open
    check "passwords and keys are for their readers only" central_secrets_are_kept
    check "boxenergie reads nothing there" fails inside systemctl -q is-enabled boxenergie
    before=$(inside systemctl show -P MainPID influxdb haproxy grafana-server)
    remember_tree first
    installer now --central --yes --name "$central_address"
    check "a second run changes nothing" says 'nothing was changed'
    check "and starts nothing anew" test "$before" = "$(inside systemctl show -P MainPID influxdb haproxy grafana-server)"
    check "no file is another" same first
    installer now --yes
    check "a box is not made of it" exits 69

    for box in dupont martin; do new_box "$box"; done
    for box in dupont martin; do
        check "$box joins" box_joins "$box"
        check "$box: its quarter comes" box_sends "$box" 4
    done
    check "the quarters are of two boxes" test "$(quarters_there)" = 2
    check "a box can ask and delete nothing" box_may_only_write dupont
    check "the list knows both" central_lists dupont martin

    # The certificate is renewed with its key: both go on. Another key: both wait, until they get new files.
    inside sh -c 'openssl pkey -in /etc/boxenergie/central/front.pem -out /srv/key.pem &&
        openssl req -x509 -new -key /srv/key.pem -days 90 -subj /CN=renewed -addext subjectAltName=IP:'"$central_address"' -out /srv/certificate.pem'
    installer now --central --yes --name "$central_address" --certificate /srv/certificate.pem --key /srv/key.pem
    check "a certificate of the operator with the same key is taken" exits 0
    check "dupont goes on with it" box_sends dupont 3
    inside sh -c 'openssl req -x509 -newkey rsa:2048 -nodes -keyout /srv/other.pem -days 90 -subj /CN=other \
        -addext subjectAltName=IP:'"$central_address"' -out /srv/another.pem' 2> /dev/null
    installer now --central --yes --name "$central_address" --certificate /srv/another.pem --key /srv/key.pem
    check "a key of another certificate is refused" exits 64
    installer now --central --yes --name "$central_address" --certificate /srv/another.pem --key /srv/other.pem
    check "one with another key is taken" exits 0
    check "and it is said what that means" says 'central add --again'
    check "dupont sends nothing there, and says so" box_refuses dupont 2
    check "nothing came" test "$(quarters_there)" = 3
    check "dupont joins again" box_joins dupont --again
    check "and what waited comes" box_sends dupont 1
    check "all of it" same_quarters dupont

    # An old backup comes back, and martin has what is missing.
    check "martin joins again" box_joins martin --again
    check "the centre is backed up" inside systemctl start boxenergie-backup
    check "martin sends" box_sends martin 2
    check "the centre has what it has" same_quarters martin
    check "the backup is brought back" inside sh -c \
        '/usr/share/boxenergie/influx/restore --force /var/backups/boxenergie/boxenergie-*'
    check "what came after it is gone" within 60 fails same_quarters martin
    check "the box fills the hole" box martin send --from "$(date -d yesterday +%F)" --to-output central
    check "all is there" same_quarters martin

    check "it reboots" reboots
    check "and works again" within 90 central_works
    installer now --uninstall --yes --purge
    check "it goes away" exits 0
    # What is this test's own, and what restore set aside.
    check "the machine is as before" same before "$accounts_of_before|\./srv/|before-restore"
    check "so are its packages" same_packages before
}

central_works() {
    is_active influxdb haproxy grafana-server && is_enabled influxdb haproxy grafana-server boxenergie-backup.timer &&
        [[ $(door /ping) == 204 && $(door /api/health) == 200 && $(door /write -X POST) == 401 ]]
}

# door PATH [curl's options]: its status.
door() {
    local path=$1
    shift
    outside curl -ks --max-time 10 -o /dev/null -w '%{http_code}' "$@" "https://$central_address$path"
}

only_the_door_is_open() {
    local open
    open=$(inside ss -ltnH | awk '{ print $4 }' | grep -vE '^(127\.|\[::1\])' | grep -vE ':443$' || true)
    [[ -z $open ]] || { say "open to the network: $open"; return 1; }
    [[ $(door '/query?q=SHOW%20DATABASES') != 200 && $(door /debug/vars) != 200 && $(door /debug/pprof/) != 200 ]]
}

central_secrets_are_kept() {
    [[ $(stat -c '%a %u' "$machine/etc/boxenergie/central/front.pem" "$machine/etc/boxenergie/influx-admin.password" |
        sort -u) == '600 0' ]]
}

# new_box NAME: its meter, its folder, its own database and its configuration.
new_box() {
    local folder=$scratch/boxes/$1 url
    mkdir -p "$folder"
    "$the_program" simulate --link "$folder/linky" > "$folder/house.log" 2>&1 &
    houses+=($!)
    within 20 test -c "$folder/linky"
    mkfifo "$folder/orders"
    # It ends with the script, which alone holds the other end of its input.
    nsenter -t "$leader" -n "$root/Tests/peers/influxd" < "$folder/orders" > "$folder/influxd" 2> "$folder/influxd.log" &
    houses+=($!)
    exec {hold}> "$folder/orders"
    within 60 grep -q http "$folder/influxd"
    url=$(head -n 1 "$folder/influxd")
    printf '%s\n' "state = \"$folder\"" 'clock_has_battery = true' '[influx]' "url = \"$url\"" \
        '[source.linky]' 'type = "teleinfo"' "device = \"$folder/linky\"" 'mode = "standard"' > "$folder/box.toml"
    box "$1" provision > /dev/null
    [[ -e $scratch/clock.so ]] || cc -shared -fPIC -O1 -o "$scratch/clock.so" "$root/Tests/peers/clock_shift.c"
}

# box NAME COMMAND...: boxenergie as that box.
box() {
    local name=$1
    shift
    outside "$the_program" "$@" --config "$scratch/boxes/$name/box.toml"
}

# box_joins NAME [options of add]: it then sends at once, and not once an hour.
box_joins() {
    local name=$1
    shift
    rm -f "$machine/srv/$name.join"
    inside boxenergie central add "$@" "$name" "/srv/$name.join" && [[ $(stat -c %a "$machine/srv/$name.join") == 600 ]] &&
        box "$name" join "$machine/srv/$name.join" &&
        sed -i 's/^flush = .*/flush = "1s"/; /^send_every = /d' "$scratch/boxes/$name/box.toml"
}

# box_runs NAME QUARTERS CHECK...: over the end of a quarter, so many of them ago, until something is so.
box_runs() {
    local name=$1 end shift code=0 pid
    end=$((($(date +%s) / 900 - $2) * 900))
    quarter=$((end - 900))                    # for the check: by then another one may have begun
    shift=$((end - 40 - $(date +%s)))
    shift 2
    nsenter -t "$leader" -n env LD_PRELOAD="$scratch/clock.so" CLOCK_SHIFT="$shift" "$the_program" run \
        --config "$scratch/boxes/$name/box.toml" > "$scratch/boxes/$name/log" 2>&1 < /dev/null &
    pid=$!
    houses+=("$pid")                          # it ends with the script, too
    within 120 "$@" || code=1
    kill "$pid" 2> /dev/null || true
    wait "$pid" || true
    return "$code"
}

box_sends() { box_runs "$1" "$2" has_quarter "$1"; }
box_refuses() { box_runs "$1" "$2" grep -q 'another key than the centre had' "$scratch/boxes/$1/log"; }

has_quarter() {
    [[ -n $(parc "SELECT import_wh FROM m15.energy WHERE box = '$(box "$1" identity)' AND time = ${quarter}s") ]]
}

parc() {
    outside curl -sS --max-time 10 -u "reader:$(inside cat /etc/boxenergie/grafana-influx.pass)" -G \
        -H 'Accept: application/csv' http://127.0.0.1:8086/query --data-urlencode db=parc --data-urlencode "q=$1"
}

quarters_there() { parc 'SELECT count(import_wh) FROM m15.energy' | sed -n 's/^energy,.*,//p'; }

# same_quarters NAME: the centre has each quarter that the box has in its own database, with the same energy.
same_quarters() {
    local own there
    own=$(outside curl -sS --max-time 10 -G -H 'Accept: application/csv' "$(head -n 1 "$scratch/boxes/$1/influxd")/query" \
        --data-urlencode db=boxenergie --data-urlencode 'q=SELECT import_wh FROM m15.energy')
    there=$(parc "SELECT import_wh FROM m15.energy WHERE box = '$(box "$1" identity)'")
    [[ $own == *energy,* && $own == "$there" ]]
}

box_may_only_write() {
    local password
    password=$(sed -n 's/^password = "\(.*\)"/\1/p' "$machine/srv/$1.join")
    [[ -n $password && $(door /query -u "box-$1:$password" --data-urlencode 'q=DROP SERIES FROM energy' --data db=parc) != 200 ]] &&
        [[ $(outside curl -s -o /dev/null -w '%{http_code}' -u "box-$1:$password" -G http://127.0.0.1:8086/query \
            --data-urlencode 'q=SELECT * FROM m15.energy' --data db=parc) == 403 ]]
}

central_lists() {
    local name list
    list=$(inside boxenergie central list)
    for name; do
        grep -q "^$name  *$(box "$name" identity)" <<< "$list" || { say "$list"; return 1; }
    done
}
