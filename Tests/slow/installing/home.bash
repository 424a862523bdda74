# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034  # the script's that sources this
# home.bash: on machines of people with habits, a past and other programs.

# A French system, a user who may become root but has no terminal, a careful umask, a folder with blanks and accents.
try_french() {
    local folder='clé usb/boîte à énergie'
    new_machine
    mkdir -p "$machine/srv/${folder%/*}"
    cp -r "$scratch/media/now" "$machine/srv/$folder"
    localedef --prefix="$machine" -i fr_FR -f UTF-8 fr_FR.UTF-8
    printf 'jean ALL=(ALL) NOPASSWD:SETENV: ALL\n' > "$machine/etc/sudoers.d/jean"
    start_machine
    inside useradd --create-home jean
    by=(env LANG=fr_FR.UTF-8 LANGUAGE=fr setpriv --reuid=jean --regid=jean --init-groups
        bash -c 'umask 077 && cd /tmp && exec sudo -n -E "$@"' -)
    installer "../srv/$folder" --yes
    by=()
    check "installs" exits 0
    check "all of it works" works
    check "its user may use the devices" grep -qw dialout <(inside id -nG jean)
}

# Other programs' sources of packages, one of them broken; Grafana's own, as its makers say; and apt at work by itself.
try_crowded() {
    new_machine
    add_grafana_repository
    mkdir -p "$machine/srv/broken"
    echo 'deb file:/srv/broken ./' > "$machine/etc/apt/sources.list.d/broken.list"
    start_machine
    remember_tree before
    start_silent_server
    echo "deb http://10.0.2.2:$silent_port stable main" > "$machine/srv/silent.list"
    inside apt-get -o Dir::Etc::SourceList=/srv/silent.list -o Dir::Etc::SourceParts=- -o APT::Get::List-Cleanup=0 \
        -o Acquire::http::Timeout=15 update > /dev/null 2>&1 &
    apt_daily=$!
    installer now --yes
    check "installs" exits 0
    check "says that it waits for the other apt" says 'Another installation is at work'
    wait "$apt_daily" || true
    kill "$silent"
    check "all of it works" works
    rm "$machine/etc/apt/sources.list.d/broken.list"
    check "apt works without complaint" apt_is_content
    installer now --uninstall --yes --purge
    check "goes away" exits 0
}

# Somebody installed boxenergie's package and InfluxDB by hand, as README shows.
try_by_hand() {
    local package
    package=/media/now/packages/$(basename "$scratch/packages/now/"*.deb)
    new_machine
    start_machine
    inside apt-get -qq update
    inside apt-get -qq install -y --no-install-recommends curl influxdb "$package" > /dev/null 2>&1
    installer now --yes --no-grafana
    check "installs the rest" exits 0
    check "readings come" within 90 more_foreign_points
    install_somebodys maison 'Depends: qrencode'
    installer now --uninstall --yes
    check "takes away what it installed" exits 0
    check "but for what somebody needs by now" says 'qrencode stays: maison needs it'
    check "which is still there" inside test -x /usr/bin/qrencode
    check "and all else is gone" fails installed_inside avahi-daemon
    check "and not the package" inside test -x /usr/bin/boxenergie
}

# A package that InfluxDB's does not go with.
try_conflict() {
    new_machine
    start_machine
    install_somebodys influxdb2 'Conflicts: influxdb'
    remember_packages before
    installer now --yes --no-grafana
    check "is refused" exits 69
    check "says what would have to go" says 'influxdb2 of this machine would have to go'
    installer now --uninstall --yes --purge
    check "what was installed until then goes again" exits 0
    check "and nothing else went" same_packages before
}

# install_somebodys NAME FIELD: a package of somebody else's, empty but for that line about it.
install_somebodys() {
    local package=$scratch/$1
    mkdir -p "$package/DEBIAN"
    printf '%s\n' "Package: $1" 'Version: 2.7.1' 'Architecture: all' 'Maintainer: jean <jean@maison.example>' \
        "$2" 'Description: a package of somebody else' > "$package/DEBIAN/control"
    dpkg-deb --root-owner-group --build "$package" "$machine/root/$1.deb" > /dev/null
    inside dpkg --install "/root/$1.deb" > /dev/null
}
