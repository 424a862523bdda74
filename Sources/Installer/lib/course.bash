# shellcheck shell=bash
# course.bash: what the installation of a box and that of a centre have in common, from their beginning to Grafana's lack.
# shellcheck disable=SC2154,SC2034  # what the parts share

# begin_installing: looks at the machine; nothing is changed yet.
begin_installing() {
    open_journal
    before_installing=remember_packages
    step "What is here"
    check_release "$root"
    [[ -z $offline ]] || use_offline
    look_at_machine
}

# ask_before_changes: goes on when somebody says so, or nobody is to be asked.
ask_before_changes() {
    [[ $dry_run == no && $yes == no ]] || return 0
    [[ -t 0 ]] ||
        fail 64 "there is nobody to ask." "With --yes nothing is asked; --dry-run shows what would be done."
    ask_to_go_on '[Y/n]'
}

# take_steps NAME...: one after the other.
take_steps() {
    local name
    for name in "$@"; do
        "install_$name"
        [[ ${BOXENERGIE_STOP_AFTER:-} != "$name" ]] || kill -KILL $$   # for tests: a power cut
    done
}

# end_without_grafana: when that is all that is missing.
end_without_grafana() {
    [[ -n $grafana_reason ]] || return 0
    say ""
    say "All but Grafana: $grafana_reason."
    say "When that is mended, this finishes the work: sudo $myself$asked"
    exit 2
}
