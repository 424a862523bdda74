# shellcheck shell=bash
# release.bash: where install.sh comes from: a release, or a box that was made from one. Nothing is built there.
#
# checkout.bash has the same functions for a checkout. `bundle` adds file_text, with the texts themselves.

# shellcheck disable=SC2154,SC2034  # what the parts share

# whole_script: install.sh by itself, without the release.
whole_script() { cat "$root/install.sh"; }

# plan_program TOOLS: sets, for the demo, program_packages to what Debian has for it, program_plan and program_step to
# words for people, and program_is_far when much is to be fetched from elsewhere. Changes nothing.
plan_program() {
    check_release "$root"
    # shellcheck disable=SC1091  # the machine's
    suite=$(source /etc/os-release && say "${VERSION_CODENAME:-}")
    program_is_far=no
    find_deb
    if [[ -n $deb ]]; then
        mapfile -t program_packages < <(libraries_of "$deb")
        program_plan="boxenergie: $(dpkg-deb --field "$deb" Version) from $deb, unpacked into $1 (not installed)"
        program_step="Program:   dpkg-deb -x $deb $1/boxenergie"
    elif have boxenergie; then
        program_packages=()
        program_plan="boxenergie: the program $(command -v boxenergie) of this machine"
        program_step="Program:   $(command -v boxenergie)"
    else
        fail_without_package
    fi
    program_packages+=(curl tzdata)
}

# libraries_of DEB: the packages of the libraries that it needs, one a line; the others are for its service.
libraries_of() {
    dpkg-deb --field "$1" Depends | tr ',' '\n' | sed 's/([^)]*)//g; s/:any//g; s/[[:space:]]//g' |
        grep -E '^(lib|zlib)' || true
}

# provide_program TOOLS: sets program, for the demo.
provide_program() {
    if [[ -z $deb ]]; then
        program=$(command -v boxenergie)
        return 0
    fi
    mkdir -p "$1"
    rm -rf "$1/boxenergie"
    dpkg-deb -x "$deb" "$1/boxenergie" ||
        fail 1 "boxenergie's package could not be unpacked in $1." "Is the disk full? df -h shows it."
    program=$1/boxenergie/usr/bin/boxenergie
}

# There are no sources to build a package from.
look_at_sources() { fail_without_package; }
build_deb() { fail_without_package; }
