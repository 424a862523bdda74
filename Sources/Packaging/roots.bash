# shellcheck shell=bash
# roots.bash: Debian roots made from apt's own mirror, for the scripts beside it and those of Tests/slow.
#
# The script that sources this sets root, the folder of the checkout.

# shellcheck disable=SC2154  # root is the script's that sources this
source "$root/Sources/Installer/lib/swift.bash"

# debian SUITE: the line for apt, with the mirror that this machine uses.
debian() {
    local mirror
    # shellcheck disable=SC2016  # apt's own variable
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | sort | uniq -c |
        sort -rn | awk 'NR == 1 { print $2 }')
    [[ -n $mirror ]] || fail 69 "apt knows no Debian mirror." "Run apt-get update, then this again."
    say "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $1 main"
}

# bootstrap [mmdebstrap options] SUITE FOLDER
bootstrap() {
    local suite=${*: -2:1}
    mmdebstrap --quiet --mode=root --aptopt='Acquire::Check-Valid-Until "false"' "$@" "$(debian "$suite")" ||
        fail 69 "a root of Debian $suite could not be made; the lines above say why."
}

# local_folders: where git finds the forges' packages on this machine instead, to be seen inside a root, too.
local_folders() {
    git config --get-regexp '^url\..*\.insteadof$' | sed -n 's/^url\.\(\/.*\)\.insteadof .*/\1/p' | sort -u || true
}

# libraries: the -dev packages of the program, joined by commas.
libraries() {
    local package names=()
    for package in "${packages_build[@]}"; do
        package=${package%%|*}
        case $package in lib*-dev | zlib1g-dev) names+=("$package") ;; esac
    done
    (IFS=, && say "${names[*]}")
}
