# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034  # the script's that sources this
# network.bash: without a network, or without one of its servers.

try_offline() {
    new_machine
    start_machine offline
    check "there is no network" test -z "$(inside ip -4 route)"
    installer offline --yes --offline /media/offline
    check "installs" exits 0
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
    grafana_at=$site_of_before
    installer now --yes
    check "with network the same command finishes" exits 0
    check "all of it works" works
}

apt_is_content() { inside apt-get update > "$scratch/log" 2>&1 && ! grep -E '^[WE]:' "$scratch/log"; }

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
