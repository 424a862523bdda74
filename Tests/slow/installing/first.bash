# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034  # the script's that sources this
# first.bash: the installation itself, undisturbed, repeated, killed, and only said.

try_fresh() {
    local began count
    new_machine
    check "a bare $suite boots, with a network" start_machine
    began=$SECONDS
    # Meanwhile, since the installer itself waits for the readings.
    (within 600 more_points_than 0 && echo $((SECONDS - began)) > "$scratch/first-point") > /dev/null 2>&1 &
    watcher=$!
    installer now --yes
    check "installs" exits 0
    say "From the bare system to the end of install.sh: $((SECONDS - began)) s"
    ((code == 0)) || kill "$watcher" 2> /dev/null || true
    wait "$watcher" || true
    say "From the bare system to the first point in InfluxDB: $(cat "$scratch/first-point" 2> /dev/null || echo -) s"
    check "all services run, points come, Grafana shows them" works
    check "passwords are for their readers only" passwords_are_kept
    check "InfluxDB is for this machine only, and asks for a user" closed_to_the_network
    check "it says where the page is, by name and by number" says 'http://boxenergie.local:8781/ or http://10.0.2.100:8781/'
    check "and shows that as a picture" says '█'
    check "another machine sees the page" page_is_seen 10.0.2.100
    check "under its name, too" within 30 page_is_seen boxenergie.local
    check "it says where the password of Grafana is" says /etc/boxenergie/grafana-admin.password
    check "but not the password" no_password_in "$scratch/log"
    count=$(points)
    check "reboots" reboots
    check "all of it works again" within 60 works
    installer now --yes
    check "run again then, it changes nothing" says 'nothing was changed'
    check "the page, too" within 30 page_is_seen boxenergie.local
    check "with the points of before" more_points_than "$count"
}

# page_is_seen NAME: the page has the Linky's figures for whoever asks by that name.
page_is_seen() {
    [[ $1 != *.local || $(inside avahi-resolve -4 -n "$1" 2>&1) == *10.0.2.100 ]] || { say "nobody is $1"; return 1; }
    [[ $(outside curl -sS --max-time 10 -H "Host: $1:8781" http://10.0.2.100:8781/api/now) == *'"grid"'* ]]
}

no_password_in() {
    local file
    for file in "$machine"/etc/boxenergie/*pass*; do
        ! grep -qF -f "$file" "$1" || { say "$file stands in $1"; return 1; }
    done
}

try_twice() {
    local before
    installed_machine
    remember_tree first
    remember_packages first
    before=$(pids)
    installer now --yes
    check "runs again" exits 0
    check "says that nothing was changed" says 'nothing was changed'
    check "no file is another" same first
    check "no package is another" same_packages first
    check "no service was started anew" test "$before" = "$(pids)"
    installer now --yes --anonymous
    check "with --anonymous it changes that" grep -q ANONYMOUS_ENABLED=true "$(grafana_dropin_inside)"
    installer now --yes
    check "and without it leaves it so" grep -q ANONYMOUS_ENABLED=true "$(grafana_dropin_inside)"
    # Half of the line that would name /srv/ftp/in.
    printf 'data\t/srv' >> "$machine/var/lib/boxenergie-install/journal"
    touch "$machine/srv/mine"
    installer now --uninstall --yes --purge
    check "with a journal that a power cut left half written, it goes away" exits 0
    check "and nothing else does" test -e "$machine/srv/mine"
}

grafana_dropin_inside() { echo "$machine/etc/systemd/system/grafana-server.service.d/boxenergie.conf"; }

# A password is another each time; so are dates of files that say when they were written.
passwords='/etc/boxenergie/[a-z-]*\.pass|/var/lib/boxenergie-install/'

try_killed() {
    local step steps
    installed_machine
    remember_tree whole
    sort "$machine/var/lib/boxenergie-install/journal" > "$scratch/journal.whole"
    mapfile -t steps < <("$scratch/media/now/install.sh" --steps)
    check "names its steps" test "${#steps[@]}" -ge 5
    for step in "${steps[@]}"; do
        new_machine
        start_machine
        stop_after=$step installer now --yes
        check "$step: is killed after it" exits 137
        free_port
        installer now --yes
        check "$step: goes on" exits 0
        check "$step: the box works" works
        check "$step: it is as if it had not been killed" same whole "$passwords"
        check "$step: and so is the journal" diff "$scratch/journal.whole" \
            <(sort "$machine/var/lib/boxenergie-install/journal")
    done
    # Power cuts in a row, on one machine.
    new_machine
    start_machine
    for step in "${steps[@]}"; do
        stop_after=$step installer now --yes
        free_port
    done
    installer now --yes
    check "killed after every step in turn, it ends well" exits 0
    check "and is as if it had not been killed" same whole "$passwords"
}

try_dry_run() {
    new_machine
    start_machine
    remember_tree before
    remember_packages before
    installer now --yes --dry-run
    cp "$scratch/log" "$scratch/dry"
    check "ends well" exits 0
    check "says that nothing was changed" says 'nothing was changed'
    check "no file is another" same before
    check "no package is another" same_packages before
    check "nothing waits in apt's cache" test -z "$(find "$machine/var/cache/apt/archives" -name '*.deb')"
    installer now --yes
    check "then it installs" exits 0
    check "the dry run said each file of the journal" were_said
    check "the dry run said that InfluxDB and Grafana come" grep -qE 'would install.*InfluxDB' "$scratch/dry"
}

were_said() {
    local file all=yes
    while read -r file; do
        grep -qF -- "$file" "$scratch/dry" || { say "not said: $file" && all=no; }
    done < <(sed -n 's/^\(created\|changed [0-9]*\)\t//p' "$machine/var/lib/boxenergie-install/journal")
    [[ $all == yes ]]
}
