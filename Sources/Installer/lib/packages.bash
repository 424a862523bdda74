# shellcheck shell=bash
# packages.bash: packages of a box, which go into the journal with all that comes with them.
#
# scratch/apt.plan is what apt would do, scratch/apt.log what it said last.

# shellcheck disable=SC2154,SC2034  # what the parts share
source "$root/Sources/Installer/lib/apt.bash"
source "$root/Sources/Installer/lib/changes.bash"

# ours PACKAGE: true when an earlier run of this script installed it.
ours() { journaled package "$1"; }

# add_packages WHAT [apt's options and] PACKAGE...: what comes with them is in the journal, too.
add_packages() {
    local words=$1 missing_there=''
    shift
    if [[ $dry_run == yes ]]; then
        change "install $words"
        return 0
    fi
    if [[ -n $offline ]]; then missing_there="packages are missing in $offline, or "; else update_apt_lists; fi
    remember_packages "$@" || {
        tail -n 20 "$scratch/apt.log" >&2
        fail 69 "apt cannot install $words." \
            "The lines above say why: ${missing_there}the network, or packages that do not fit."
    }
    grep -q '^Inst' "$scratch/apt.plan" || return 0
    change "install $words ($(planned_packages | wc -l) new packages)" really_add "$@"
}

# planned_packages: that apt.plan would bring, one a line.
planned_packages() { sed -n 's/^Inst \([^ ]*\) (.*/\1/p' "$scratch/apt.plan"; }

# remember_packages [apt's options and] PACKAGE...: asks apt for its plan; false when that takes a package away.
remember_packages() {
    local planned=() others=() name
    apt_get --simulate install "$@" > "$scratch/apt.plan" 2> "$scratch/apt.log" || return 1
    sed -n 's/^Remv \([^ ]*\).*/\1 of this machine would have to go./p' "$scratch/apt.plan" > "$scratch/apt.log"
    [[ ! -s $scratch/apt.log ]] || return 1
    mapfile -t planned < <(planned_packages)
    ((${#planned[@]} > 0)) || return 0
    [[ " ${planned[*]} " != *' avahi-daemon '* ]] || others=(avahi netdev)
    [[ " ${planned[*]} " != *' haproxy '* ]] || others+=(haproxy)
    for name in gpio boxenergie influxdb grafana ${others[@]+"${others[@]}"}; do
        getent group "$name" > /dev/null || remember group "$name"
    done
    for name in boxenergie influxdb grafana ${others[@]+"${others[@]}"}; do
        getent passwd "$name" > /dev/null || remember account "$name"
    done
    for name in "${planned[@]}"; do remember package "$name"; done
}

really_add() {
    apt_get --yes --allow-downgrades install "$@" > "$scratch/apt.log" 2>&1 || {
        tail -n 20 "$scratch/apt.log" >&2
        fail 1 "apt could not finish." \
            "The lines above say why. When that is mended, run this again: it goes on where it stopped."
    }
}
