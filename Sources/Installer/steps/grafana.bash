# shellcheck shell=bash
# grafana.bash: the step that installs Grafana with the data source and the dashboards.
#
# Grafana is the one part that comes from elsewhere. Without it everything else works; grafana_reason says why it lacks.

# shellcheck disable=SC2154,SC2034  # what the parts share
source "$root/Sources/Installer/steps/grafana-proof.bash"

# May need an update one day:
grafana_site=${BOXENERGIE_GRAFANA_SITE:-https://apt.grafana.com}
grafana_key_url=$grafana_site/gpg-full.key
grafana_key=${BOXENERGIE_GRAFANA_KEY_FINGERPRINT:-B53AE77BADB630A683046005963FA27710458545}
grafana_series=12.4                           # what these dashboards are made for

grafana_dropin=/etc/systemd/system/grafana-server.service.d/boxenergie.conf
grafana_source=/etc/grafana/provisioning/datasources/boxenergie.yaml
grafana_provider=/etc/grafana/provisioning/dashboards/boxenergie.yaml
first_password=$settings/grafana-first-start.env

install_grafana() {
    local foreign=no
    step "Grafana"
    if [[ $grafana == no ]]; then
        say "Left out, as wished."
        return 0
    fi
    if has_grafana && ! ours grafana; then
        foreign=yes
        say "The Grafana of this machine keeps its settings; it gets the data source and the dashboards."
    elif ! has_grafana; then
        fetch_grafana || return 0
    fi
    installed sqlite3 || add_packages "sqlite3, which backs Grafana up" --no-install-recommends sqlite3
    if [[ $dry_run == yes ]] && ! has_grafana; then
        change "write the settings of Grafana ($grafana_dropin) and its password ($admin_file, $first_password)"
        change "write $grafana_source and $grafana_provider"
        change "start Grafana, now and with the machine"
        return 0
    fi
    if [[ $foreign == no ]]; then set_grafana_up; fi
    provision_grafana
    if [[ $foreign == no ]]; then
        keep_running grafana-server "$grafana_dropin" "$grafana_source" "$grafana_provider"
    else
        keep_running grafana-server "$grafana_source" "$grafana_provider"
    fi
    [[ $dry_run == no ]] || return 0
    await_grafana || return 0
    if [[ -e $first_password ]]; then change "forget the note of the password" rm -f "$first_password"; fi
    [[ $foreign == yes ]] || verify_grafana
}

fetch_grafana() {
    local found
    write_file /etc/apt/preferences.d/boxenergie-grafana 644 root:root \
        "$(fill "$(file_text grafana.pref)" SERIES="$grafana_series")"
    add_repository grafana "$grafana_site" "$grafana_key_url" "$grafana_key" 'stable main' || {
        grafana_reason=$repository_reason
        say "Grafana could not be installed: $grafana_reason."
        return 1
    }
    found=$(candidate grafana)
    if [[ $dry_run == no && -z $found ]]; then
        grafana_reason="there is no package grafana in ${offline:-$grafana_site}"
        say "Grafana could not be installed: $grafana_reason."
        return 1
    fi
    [[ $dry_run == yes || $found == "$grafana_series".* ]] ||
        say "Grafana $grafana_series is not to be had any more: $found comes instead," \
            "which nobody has tried with these dashboards."
    add_packages "Grafana${found:+ $found}" --no-install-recommends grafana
}

# candidate PACKAGE: the version that would be installed.
candidate() {
    apt-cache "${apt_options[@]}" policy "$1" 2> /dev/null | sed -n 's/^ *Candidate: *//p' | grep -vx '(none)' || true
}

# set_grafana_up: its settings, and the password of its very first start, the only one that takes a password.
set_grafana_up() {
    write_file "$grafana_dropin" 644 root:root "$(grafana_settings)"
    [[ ! -e /var/lib/grafana/grafana.db || -e $first_password ]] || return 0
    [[ -e $admin_file ]] || change "write a new password to $admin_file" new_password "$admin_file"
    [[ -e $first_password ]] || change "tell Grafana that password at its first start" tell_password
}

# grafana_settings: the text of a drop-in, so that the package's own file stays untouched, and no upgrade asks.
grafana_settings() {
    local memory='' open=false
    # Once wished, it stays so; also after the restart for a TIC hat.
    if [[ $anonymous == yes ]] || grep -qs ANONYMOUS_ENABLED=true "$grafana_dropin"; then open=true; fi
    (($(memory_mb) > 1100)) || memory=Environment=GOMEMLIMIT=180MiB
    fill "$(file_text grafana-dropin.conf)" ANONYMOUS="$open" ZONE="$(dashboard_zone)" \
        HOME="$(dashboard_folder)/$home_dashboard.json" MEMORY="$memory"
    [[ $mode != central ]] || fill "$(file_text central-grafana.conf)" URL="$(central_url)"
}

tell_password() {
    remember created "$first_password"
    (umask 077 && printf 'GF_SECURITY_ADMIN_PASSWORD=%s\n' "$(< "$admin_file")" > "$first_password")
}

# provision_grafana: the data source and the dashboards.
provision_grafana() {
    local from=$share/grafana/provisioning
    owned 640 root:grafana "$reader_file"
    place_dashboards
    write_file "$grafana_source" 640 root:grafana \
        "$(sed "s|dbName: boxenergie|dbName: $database|" "$from/datasources/boxenergie.yaml")"
    write_file "$grafana_provider" 640 root:grafana \
        "$(sed "s|$share/dashboards|$(dashboard_folder)|" "$from/dashboards/boxenergie.yaml")"
}

# dashboard_zone: the configured time zone.
dashboard_zone() {
    local found=''
    [[ $mode != central ]] || found=$zone
    [[ -n $found ]] || found=$(sed -n 's/^timezone *= *"\([^"]*\)".*/\1/p' "$settings/boxenergie.toml" | head -n 1)
    say "${found:-Europe/Paris}"
}

# dashboard_folder: the folder that has the dashboards of that zone.
dashboard_folder() {
    if [[ $(dashboard_zone) == Europe/Paris ]]; then say "$dashboards"; else say "$settings/dashboards"; fi
}

# place_dashboards: into that folder, where it is another than the package's.
place_dashboards() {
    local folder file to
    folder=$(dashboard_folder)
    [[ $folder != "$dashboards" ]] || return 0
    to=$(dashboard_zone)
    for file in "$dashboards"/*.json; do
        write_file "$folder/${file##*/}" 644 root:root "$(sed "s|Europe/Paris|$to|g" "$file")"
    done
}
