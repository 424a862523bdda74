# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034  # the script's that sources this
# network.bash: without a network, or without one of its servers.

try_offline() {
    new_machine
    start_machine offline
    check "there is no network" test -z "$(inside ip -4 route)"
    installer offline --yes --offline /media/offline
    check "installs" exits 0
    check "says which packages of the page's name are not there" says 'Not to be had, so the page goes without: avahi'
    check "and where the page is all the same" says 'Look at it:     http://'
    check "all of it works" works
    check "reboots" reboots
    check "all of it works again" within 60 works
    installer now --uninstall --yes --purge
    check "can be removed" exits 0
}

try_no_grafana_site() {
    local site_of_before=$grafana_at
    new_machine
    start_machine
    grafana_at=http://10.0.2.2:9 installer now --yes
    check "all but Grafana: exit 2" exits 2
    check "says why" says 'could not be fetched'
    check "says the one command" says 'install.sh --yes'
    check "everything else works" works without-grafana
    check "apt works without complaint" apt_is_content
    start_silent_server
    grafana_at=http://10.0.2.2:$silent_port installer now --yes
    kill "$silent"
    check "a site that takes the question and never answers: exit 2" exits 2
    grafana_at=$site_of_before
    installer now --yes
    check "with network the same command finishes" exits 0
    check "all of it works" works
}

apt_is_content() { inside apt-get update > "$scratch/log" 2>&1 && ! grep -E '^[WE]:' "$scratch/log"; }

# start_silent_server: takes connections and never says a word; sets silent_port, and silent to its process.
start_silent_server() {
    silent_port=$(next_free_port 28500)
    python3 -c 'import socket, sys, time
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
time.sleep(3600)' "$silent_port" &
    silent=$!
    within 10 fails port_is_free "$silent_port"
}

try_wrong_key() {
    local right=$fingerprint
    new_machine
    start_machine
    fingerprint=0000000000000000000000000000000000000000 installer now --yes
    fingerprint=$right
    check "all but Grafana: exit 2" exits 2
    check "says that the key is another" says 'its key has changed'
    check "no Grafana was installed" test ! -e "$machine/usr/share/grafana"
    check "no key and no source of it stay" test -z \
        "$(find "$machine/etc/apt" -name '*grafana*' ! -path '*/preferences.d/*')"
    check "apt works without complaint" apt_is_content
    check "everything else works" works without-grafana
}
