# shellcheck shell=bash
# machine.bash: what this machine is and has.

# shellcheck disable=SC2154,SC2034  # what the parts share
source "$root/Sources/Installer/lib/words.bash"

have() { command -v "$1" > /dev/null 2>&1; }

# check_system: refuses what cannot work; sets arch to amd64 or arm64.
check_system() {
    local id='' version='' name='this system'
    if [[ -r /etc/os-release ]]; then
        id=$(sed -n 's/^ID=//p' /etc/os-release | tr -d '"')
        version=$(sed -n 's/^VERSION_ID=//p' /etc/os-release | tr -d '"')
        name=$(sed -n 's/^PRETTY_NAME=//p' /etc/os-release | tr -d '"')
    fi
    arch=$(dpkg --print-architecture 2> /dev/null || uname -m)
    case $arch in
        amd64 | arm64) ;;
        armhf | armel | i386 | arm* | i?86)
            fail 69 "$name is a 32-bit system ($arch), and there is no Swift compiler for it." \
                "A Raspberry Pi 3, 4, 5 or Zero 2 runs the 64-bit edition of Raspberry Pi OS:" \
                "write that one to the card with Raspberry Pi Imager, then try again." ;;
        *)
            fail 69 "$name runs on a processor that is not supported ($arch)." \
                "A Raspberry Pi or a PC (arm64 or amd64) will do." ;;
    esac
    [[ $id == debian && ($version == 12 || $version == 13) ]] ||
        fail 69 "$name is not supported yet: this needs Debian 12, Debian 13 or a 64-bit Raspberry Pi OS." \
            "Nothing was changed on your machine."
}

memory_mb() { awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo; }

# free_mb FOLDER: the room on its disk.
free_mb() { df -Pk "$1" | awk 'NR == 2 { print int($4 / 1024) }'; }

# at_least HAVE WANTED: compares versions such as 6.3.1 and 6.2.
at_least() { [[ $(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1) == "$2" ]]; }

# wait_for SECONDS COMMAND...: with a dot for each five seconds.
wait_for() {
    local ends=$((SECONDS + $1)) dots=0
    shift
    until "$@" > /dev/null 2>&1; do
        if ((SECONDS >= ends)); then
            ((dots == 0)) || printf '\n'
            return 1
        fi
        sleep 1
        ((++dots % 5 != 0)) || printf '.'
    done
    ((dots < 5)) || printf '\n'
}
