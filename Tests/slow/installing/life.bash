# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034  # the script's that sources this
# life.bash: what comes after the installation.

# shellcheck disable=SC2016  # dpkg's own variable
version_inside() { inside dpkg-query -W -f='${Version}' boxenergie; }

try_upgrade() {
    local count state
    new_machine
    start_machine
    installer old --yes
    check "the previous version installs" exits 0
    check "it is the previous one" test "$(version_inside)" = "$old_version"
    check "it works" works
    inside sh -c 'echo "# A note of mine." >> /etc/boxenergie/boxenergie.toml
        echo 4711 > /var/lib/boxenergie/witness'
    inside systemctl restart boxenergie
    state=$(inside cat /etc/boxenergie/boxenergie.toml)
    count=$(points)
    installer now --yes
    check "without --upgrade nothing is replaced" test "$(version_inside)" = "$old_version"
    check "but the way is said" says --upgrade
    installer now --yes --upgrade
    check "upgrades" exits 0
    check "to the next version" test "$(version_inside)" = "$new_version"
    check "after a backup" test -n "$(find "$machine/var/backups/boxenergie" -name SHA256SUMS)"
    check "the configuration is the edited one" test "$(inside cat /etc/boxenergie/boxenergie.toml)" = "$state"
    check "the counters are there" test "$(inside cat /var/lib/boxenergie/witness)" = 4711
    check "the points are there, and more come" within 90 more_points_than "$count"
    check "all of it works" works
    check "nothing asks for a restart or waits half installed" test -z "$(inside dpkg --audit)"
}

try_password() {
    local right
    installed_machine
    right=$(inside cat /etc/boxenergie/grafana-admin.password)
    printf 'another' > "$machine/root/another"
    check "somebody changes the password of Grafana" inside /usr/share/boxenergie/grafana/reset-password /root/another
    check "the one in the file is no longer right" test "$(grafana /api/user -o /dev/null -w '%{http_code}')" = 401
    installer now --yes
    check "install.sh says what to do" says 'sudo /usr/share/boxenergie/grafana/reset-password'
    inside boxenergie doctor > "$scratch/log" || true
    check "so does doctor" says 'sudo /usr/share/boxenergie/grafana/reset-password'
    check "that does it" quietly inside /usr/share/boxenergie/grafana/reset-password
    check "the password is not said" no_password_in "$scratch/log"
    check "nor is it another now" test "$right" = "$(inside cat /etc/boxenergie/grafana-admin.password)"
    check "Grafana's files are its own" test -z "$(find "$machine/var/lib/grafana" -user root)"
    check "all of it works" works
    check "others than root may not do that" fails inside setpriv --reuid=nobody --regid=nogroup --clear-groups \
        /usr/share/boxenergie/grafana/reset-password
}

try_silent() {
    installed_machine
    within 90 more_points_than 3
    kill -STOP "$meter"
    inside systemctl restart boxenergie
    installer now --yes
    kill -CONT "$meter"
    check "a meter fell silent: its readings from before do not count" exits 1
    check "what is missing is said" says 'No reading arrived'
    check "and what to do" says 'sudo boxenergie doctor'
    inside sh -c 'printf 0123456789abcdef0123456789abcdef > /etc/boxenergie/porte.token
        chgrp boxenergie /etc/boxenergie/porte.token
        chmod 640 /etc/boxenergie/porte.token
        sed -i "/^\[source/,\$d" /etc/boxenergie/boxenergie.toml
        printf "[source.porte]\ntype = \"push\"\ntoken_file = \"/etc/boxenergie/porte.token\"\nmeasurement = \"raw.porte\"\nfields.x = { path = \"x\" }\n" \
            >> /etc/boxenergie/boxenergie.toml'
    check "a configuration of a door only is right" quietly inside boxenergie check /etc/boxenergie/boxenergie.toml
    inside systemctl restart boxenergie
    installer now --yes
    check "it waits for its device: no error" exits 0
    check "that is said" says 'Nothing failed'
}

try_backup_restore() {
    local count password
    installed_machine
    within 90 more_points_than 3
    check "the unit of backups saves the box" inside systemctl start boxenergie-backup
    count=$(points)
    password=$(inside cat /etc/boxenergie/grafana-admin.password)
    inside sh -c 'echo 4711 > /var/lib/boxenergie/witness'
    check "and once more, after a change" inside systemctl start boxenergie-backup
    mkdir -p "$scratch/saved"
    cp -a "$machine"/var/backups/boxenergie/boxenergie-* "$scratch/saved/"
    check "there are two" test "$(find "$scratch/saved" -name SHA256SUMS | wc -l)" = 2
    installed_machine
    cp -a "$(find "$scratch/saved" -mindepth 1 -maxdepth 1 | sort | tail -n 1)" "$machine/root/backup"
    check "restores" inside /usr/share/boxenergie/influx/restore --force /root/backup
    check "the points of the first are there, and more come" within 90 more_points_than "$count"
    check "its state, too" test "$(inside cat /var/lib/boxenergie/witness)" = 4711
    check "Grafana's password is the one of the first" test "$password" = \
        "$(inside cat /etc/boxenergie/grafana-admin.password)"
    check "all of it works" within 60 works
    check "reboots" reboots
    check "all of it works again" within 60 works
    installer now --yes
    check "install.sh finds it in order" exits 0
    rm -rf "$scratch/saved"
}

# Settings are what boxenergie, InfluxDB and Grafana have in /etc, with what dpkg then knows of their services.
kept='/etc/(boxenergie|influxdb|grafana|(default|init\.d|logrotate\.d)/(influxdb|grafana-server))'
kept+='|/etc/systemd/system/.*(boxenergie|influxd|influxdb)[a-z-]*\.(service|timer)|/etc/rc[0-9S]\.d/'
kept+='|/var/lib/boxenergie-install|/var/backups/boxenergie'
accounts='/etc/(passwd|group|shadow|gshadow|subuid|subgid)-?( |$)'
# What each change of accounts leaves: the list of before.
accounts_of_before='/etc/(passwd|group|shadow|gshadow|subuid|subgid)-( |$)'

try_uninstall() {
    new_machine
    start_machine
    remember_tree before
    remember_packages before
    installer now --yes
    check "installs" exits 0
    check "the unit of backups saves the box" inside systemctl start boxenergie-backup
    installer now --uninstall --yes --dry-run
    check "a dry run of removing says what goes" says 'would undo'
    check "and leaves all of it working" works
    installer now --uninstall --yes
    check "uninstalls" exits 0
    check "says that readings and settings stay" says 'still here'
    check "the machine is as before, but for readings, settings and accounts" same before "$kept|$accounts"
    check "settings, readings and dashboards' database stay" test -s "$machine/etc/boxenergie/boxenergie.toml" -a \
        -s "$machine/var/lib/influxdb/meta/meta.db" -a -s "$machine/var/lib/grafana/grafana.db" -a \
        -n "$(find "$machine/var/backups/boxenergie" -name SHA256SUMS)"
    installer now --yes
    check "installed once more it takes them up" exits 0
    check "all of it works" works
    installer /usr/share/boxenergie --uninstall --yes
    check "uninstalls with the package's own script" exits 0
    check "which says how its data go, too" says 'sudo /var/lib/boxenergie-install/install.sh --uninstall --purge'
    installer /var/lib/boxenergie-install --uninstall --yes --purge
    check "uninstalls for good" exits 0
    check "the machine is as before" same before "$accounts_of_before"
    check "so are its packages" same_packages before
    check "nobody is left in its accounts" no_accounts
    check "no readings, settings and backups are left" test ! -e "$machine/etc/boxenergie" -a \
        ! -e "$machine/var/lib/influxdb" -a ! -e "$machine/var/lib/boxenergie" -a ! -e "$machine/var/lib/grafana" -a \
        ! -e "$machine/var/backups/boxenergie" -a ! -e "$machine/var/lib/boxenergie-install"
    check "no service of it is known" test -z \
        "$(inside systemctl list-unit-files --no-legend 'boxenergie*' 'influxdb*' 'grafana*')"
    installer now --uninstall --yes
    check "there is nothing to uninstall any more" exits 1
}

no_accounts() { ! inside getent passwd boxenergie influxdb grafana; }
