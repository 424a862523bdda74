# shellcheck shell=bash
# box.bash: the installation, from beginning to end.
#
# Each step looks at the machine first and changes only what is not so yet: an installation that was interrupted goes on
# when it is run again, and a second one finds nothing to do. What depends on where this script comes from, a checkout
# or a release, is in origin: the texts of files (file_text), and whether a package can be built (look_at_sources,
# build_deb).

# shellcheck disable=SC2154,SC2034  # what the parts share
source "$root/Sources/Installer/lib/course.bash"
source "$root/Sources/Installer/look/influxdb.bash"
source "$root/Sources/Installer/look/machine.bash"
source "$root/Sources/Installer/look/packages.bash"
source "$root/Sources/Installer/steps/program.bash"
source "$root/Sources/Installer/steps/serial.bash"
source "$root/Sources/Installer/steps/influxdb.bash"
source "$root/Sources/Installer/steps/contract.bash"
source "$root/Sources/Installer/steps/page.bash"
source "$root/Sources/Installer/steps/configuration.bash"
source "$root/Sources/Installer/steps/database.bash"
source "$root/Sources/Installer/steps/ftp.bash"
source "$root/Sources/Installer/steps/service.bash"
source "$root/Sources/Installer/steps/grafana.bash"
source "$root/Sources/Installer/steps/resumption.bash"
source "$root/Sources/Installer/steps/proof.bash"

steps=(program serial influxdb configuration database ftp service page grafana resumption proof)

install_box() {
    begin_installing
    [[ ! -e $central_file ]] || fail 69 "this machine is the centre of a fleet, and a box needs one of its own." \
        "To look after the centre: sudo $myself --central"
    ask_before_changes
    take_steps "${steps[@]}"
    [[ $dry_run == no ]] || return 0
    say_what_is_next
    end_well
}

say_what_is_next() {
    local address
    step "Done"
    ((changes > 0)) || say "Everything is in place: nothing was changed."
    address=$(hostname -I 2> /dev/null | awk '{ print $1 ~ /:/ ? "[" $1 "]" : $1 }')
    say_page "$address"
    if [[ $grafana == yes && -z $grafana_reason ]]; then
        say "Dashboards:     http://${address:-127.0.0.1}:$grafana_port from any device in your network"
        [[ ! -e $admin_file ]] || say "Log in as:      admin; the password is shown by: sudo cat $admin_file"
    fi
    say "How it does:    boxenergie status; and when something is wrong: sudo boxenergie doctor"
    say "Configuration:  $settings/boxenergie.toml; after a change: sudo systemctl reload boxenergie"
    [[ $reboot_needed == yes ]] || grep -q '^\[source\.' "$settings/boxenergie.toml" || {
        say ""
        say "No meter was found. Plug its adapter in and run this again, or name it in $settings/boxenergie.toml:"
        say "boxenergie sources teleinfo shows how for the Linky. Then: sudo systemctl restart boxenergie"
    }
}

# end_well: with the exit code that tells what is still to be done.
end_well() {
    if [[ $reboot_needed == yes ]]; then
        say ""
        say "Now start the machine anew: sudo reboot"
        say "It then looks for the meters by itself and writes the configuration;" \
            "journalctl -u boxenergie-install tells."
        exit 3
    fi
    end_without_grafana
    if ! boxenergie doctor > "$scratch/doctor.log" 2>&1; then
        say ""
        say "boxenergie doctor found this:"
        awk '/^[^ ]|^  [a-z]/ { wrong = /^  wrong/ } wrong' "$scratch/doctor.log"
    fi
    [[ $readings_arrive == yes ]] ||
        fail 1 "no reading arrives, although a meter was found." "sudo boxenergie doctor says what to look at."
}
