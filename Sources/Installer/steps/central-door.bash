# shellcheck shell=bash
# central-door.bash: the step for the door of a centre: haproxy, which has the certificate and lets boxes write only.
#
# InfluxDB and Grafana are for this machine only, as on a box; what comes from elsewhere passes here.

# shellcheck disable=SC2154,SC2034  # what the parts share

door_dropin=/etc/systemd/system/haproxy.service.d/boxenergie.conf
door_settings=$settings/central/haproxy.cfg

install_central_door() {
    step "The door"
    # Before the first start: the package's own settings are an example.
    write_file "$door_dropin" 644 root:root "$(file_text haproxy-dropin.conf)"
    write_file "$door_settings" 644 root:root "$(door_text)"
    installed haproxy || add_packages "haproxy, which has the certificate" --no-install-recommends haproxy
    if [[ $dry_run == yes ]] && ! installed haproxy; then
        change "start haproxy, now and with the machine"
        return 0
    fi
    keep_running haproxy "$door_dropin" "$door_settings" "$front"
    say "Boxes write to $(central_url), and reach nothing else of the database"
}

# door_text: with Grafana behind it, or without.
door_text() {
    local rest='    http-request return status 404 unless writes or greets' six=''
    [[ $grafana == no ]] || rest='    default_backend grafana'
    [[ ! -s /proc/net/if_inet6 ]] || six="    bind :::$central_port v6only ssl crt $front alpn http/1.1"
    fill "$(file_text haproxy.cfg)" PORT="$central_port" IPV6="$six" REST="$rest" | cat -s
    [[ $grafana == no ]] || fill "$(file_text haproxy-grafana.cfg)" PORT="$grafana_port"
}
