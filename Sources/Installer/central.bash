# shellcheck shell=bash
# central.bash: the centre of a fleet, from beginning to end: a database that boxes write to, and Grafana.
#
# InfluxDB and Grafana are set up as on a box, for this machine only. Before them is a door with a certificate.

# shellcheck disable=SC2154,SC2034  # what the parts share
source "$root/Sources/Installer/look/central.bash"
source "$root/Sources/Installer/steps/central-certificate.bash"
source "$root/Sources/Installer/steps/central-settings.bash"
source "$root/Sources/Installer/steps/central-database.bash"
source "$root/Sources/Installer/steps/central-door.bash"
source "$root/Sources/Installer/steps/central-proof.bash"

central_steps=(program influxdb certificate central_settings central_database central_door grafana central_proof)

install_central() {
    database=parc home_dashboard=boxenergie-parc dashboards=$share/parc
    begin_installing
    look_at_central
    say "Centre:    $(central_url)"
    ask_before_changes
    have openssl || add_packages "openssl, for the certificate" --no-install-recommends openssl
    look_at_certificate
    take_steps "${central_steps[@]}"
    [[ $dry_run == no ]] || return 0
    say_what_comes_next
    end_without_grafana
}

say_what_comes_next() {
    step "Done"
    ((changes > 0)) || say "Everything is in place: nothing was changed."
    if [[ $grafana == yes && -z $grafana_reason ]]; then
        say "Dashboards:     $(central_url)/"
        [[ ! -e $admin_file ]] || say "Log in as:      admin; the password is shown by: sudo cat $admin_file"
    fi
    say "Add a box:      sudo boxenergie central add NAME FILE, then on the box: sudo boxenergie join FILE"
    say "How they do:    sudo boxenergie central list"
}
