# shellcheck shell=bash
# apt.bash: Debian packages.

# shellcheck disable=SC2154,SC2034  # what the parts share
source "$root/Sources/Installer/lib/machine.bash"

# as_root COMMAND...: runs it as root, through sudo when we are not.
as_root() {
    if ((EUID == 0)); then
        "$@"
    elif have sudo; then
        sudo "$@"
    else
        fail 1 "installing packages needs root, and sudo is not there." \
            "Become root (su -) and run this again, or ask whoever looks after this machine to install:" \
            "apt-get install ${missing[*]:-}"
    fi
}

installed() { [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2> /dev/null || true) == installed ]]; }

# find_missing PACKAGE...: sets missing to those that are not installed; of a|b either will do.
find_missing() {
    missing=()
    local wanted option found
    for wanted in "$@"; do
        found=no
        while read -r option; do
            if installed "$option"; then found=yes; fi
        done < <(tr '|' '\n' <<< "$wanted")
        [[ $found == yes ]] || missing+=("${wanted%%|*}")
    done
}

apt_options=(-o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 -o Acquire::Retries=3
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold)
apt_get() {
    # apt waits by itself for dpkg's lock, but not for those of its own that the system's daily update holds.
    apt_is_idle || {
        say "Another installation is at work on this machine; waiting for its end ..." >&2
        wait_for 600 apt_is_idle || true
    }
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq "${apt_options[@]}" "$@"
}
apt_is_idle() {
    [[ -z $(find /proc/[0-9]*/fd -lname /var/lib/apt/lists/lock -o -lname /var/cache/apt/archives/lock 2> /dev/null) ]]
}

apt_lists_fresh=no
update_apt_lists() {
    [[ $apt_lists_fresh == no ]] || return 0
    say "Asking Debian for its list of packages ..."
    apt_get update || say "Some lists could not be fetched, as the lines above say. Going on with the others."
    apt_lists_fresh=yes
}

before_installing=''                          # a command that is told first what would come, as apt's arguments

# install_packages PACKAGE...: those that are missing; the caller has asked.
install_packages() {
    local said
    find_missing "$@"
    ((${#missing[@]} > 0)) || return 0
    update_apt_lists
    [[ -z $before_installing ]] || "$before_installing" --no-install-recommends "${missing[@]}"
    say "Installing: ${missing[*]}"
    said=$(apt_get install -y --no-install-recommends "${missing[@]}" 2>&1) || {
        tail -n 20 <<< "$said" >&2
        fail 1 "apt could not install: ${missing[*]}" \
            "The lines above say why: most often the network, or an earlier installation that was interrupted" \
            "(sudo apt-get -f install repairs that)."
    }
}
