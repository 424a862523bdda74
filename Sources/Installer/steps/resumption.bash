# shellcheck shell=bash
# resumption.bash: the step for a restart that the serial port needs: after it the same goes on by itself, once.

# shellcheck disable=SC2154,SC2034  # what the parts share

install_resumption() {
    local unit=/etc/systemd/system/boxenergie-install.service wished=''
    if [[ $reboot_needed == no ]]; then
        if [[ -e $unit ]] && [[ $dry_run == no ]]; then
            systemctl --quiet disable boxenergie-install.service
            rm -f "$unit"
        fi
        return 0
    fi
    [[ $grafana == yes ]] || wished=' --no-grafana'
    wished+=" --page=${page:-box} --prices=${prices:-later}"
    [[ -z $influx_admin ]] || wished+=" --influx-admin \"${influx_admin//%/%%}\""
    write_file "$unit" 644 root:root "$(fill "$(file_text boxenergie-install.service)" OPTIONS="$wished")"
    enabled boxenergie-install.service || change "go on by itself after the restart" enable_resuming
}

enable_resuming() {
    systemctl daemon-reload
    systemctl --quiet enable boxenergie-install.service
}
