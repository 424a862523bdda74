# shellcheck shell=bash
# service.bash: the step that starts boxenergie.

# shellcheck disable=SC2154,SC2034  # what the parts share

install_service() {
    step "The service"
    if [[ $dry_run == yes ]] && ! installed boxenergie; then
        change "start boxenergie, now and with the machine"
        return 0
    fi
    if ! grep -q '^\[source\.' "$settings/boxenergie.toml"; then
        say "No meter is configured yet, so it does not run."
        return 0
    fi
    # The folder for files is there for a service that starts after it.
    keep_running boxenergie /etc/systemd/system/boxenergie-ftp.service
    say "boxenergie reads: $(sed -n 's/^\[source\.\([^].]*\)\]/\1/p' "$settings/boxenergie.toml" | paste -sd ' ')"
}
