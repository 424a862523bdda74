# shellcheck shell=bash
# program.bash: the step that installs or upgrades boxenergie's package.

# shellcheck disable=SC2154,SC2034  # what the parts share

install_program() {
    local present='' offered=''
    step "The program"
    if [[ -n $(dpkg --audit 2> /dev/null) ]]; then
        change "finish an installation of packages that was interrupted" finish_packages
    fi
    have curl || add_packages "curl, to ask InfluxDB and Grafana" --no-install-recommends curl
    ! installed boxenergie || present=$(dpkg-query -W -f='${Version}' boxenergie)
    [[ -z $deb ]] || offered=$(dpkg-deb --field "$deb" Version)
    if [[ -z $present && -z $deb ]]; then
        build_deb
    elif [[ -n $present && -z $offered ]] || [[ -n $present && $present == "$offered" ]]; then
        say "boxenergie $present is installed"
        return 0
    elif [[ -n $present ]] && dpkg --compare-versions "$offered" lt "$present"; then
        say "boxenergie $present is installed, and newer than $offered, which stays away"
        return 0
    elif [[ -n $present && $upgrade == no ]]; then
        say "boxenergie $present is installed. For the version $offered: sudo $myself --upgrade"
        return 0
    elif [[ -n $present ]]; then
        back_up
    fi
    add_packages "boxenergie${offered:+ $offered} and what it needs" --install-recommends "${deb:-boxenergie}"
}

finish_packages() {
    local halves=()
    env DEBIAN_FRONTEND=noninteractive dpkg --force-confdef --force-confold --configure -a \
        > "$scratch/dpkg.log" 2>&1 || true
    # dpkg passes over what is only half unpacked; apt takes nothing else before what that needs is there.
    # shellcheck disable=SC2016  # dpkg's own variables
    mapfile -t halves < <(dpkg-query -W -f='${db:Status-Eflag} ${binary:Package}\n' | sed -n 's/^reinstreq //p')
    [[ -n $offline ]] || update_apt_lists
    {
        # apt mends what is missing only where no half is in dpkg's way, and takes a half again only where nothing is missing.
        apt_get --yes --no-install-recommends --fix-broken install || true
        apt_get --yes --no-install-recommends --reinstall install ${halves[@]+"${halves[@]}"} &&
            apt_get --yes --no-install-recommends --fix-broken install
    } > "$scratch/apt.log" 2>&1 || {
        tail -n 20 "$scratch/dpkg.log" "$scratch/apt.log" >&2
        fail 1 "an installation that was interrupted earlier cannot be finished; the lines above say why."
    }
}

# back_up: before an upgrade.
back_up() {
    active influxdb || return 0
    change "back everything up in /var/backups/boxenergie" save_everything
}

save_everything() {
    [[ -d /var/backups/boxenergie ]] || mkdir -m 700 /var/backups/boxenergie
    "$share/influx/backup" /var/backups/boxenergie > "$scratch/backup.log" 2>&1 || {
        tail -n 10 "$scratch/backup.log" >&2
        fail 1 "there is no backup, so nothing was upgraded; the lines above say why." \
            "When that is mended, run this again."
    }
}
