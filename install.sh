#!/usr/bin/env bash
# install.sh: sets boxenergie up, and takes it away again.
#
# `sudo ./install.sh` makes a box of this machine: InfluxDB, Grafana with the dashboards, and boxenergie with the meters
# that it finds. `./install.sh --demo` only plays a house with a Linky, all in one folder. `--central` makes a centre that
# many boxes write to. `--uninstall` undoes.
#
# Its parts are in Sources/Installer of a checkout: lib (which other scripts source, too), look (what is here before
# anything is changed), box.bash and central.bash with their steps, uninstall.bash, demo, files (texts that it writes), and origin (what
# a checkout and a release do differently). A release and a box have all of it in one file, which `bundle` there makes:
# a change belongs into the parts.
set -euo pipefail

needs_its_files() {
    printf '\ninstall.sh: this script needs the files that come with it.\n' >&2
    printf '    Unpack the release, and run the install.sh that is in it.\n' >&2
    exit 64
}
[[ -n ${BASH_SOURCE[0]:-} ]] || needs_its_files
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
myself=$(printf '%q' "$root/install.sh")      # for people to type, wherever they are
[[ -d $root/Sources/Installer ]] || needs_its_files    # in a checkout only

# The parts of lib name themselves what they need; the others are for this script alone.
source "$root/Sources/Installer/lib/state.bash"
source "$root/Sources/Installer/lib/influxd.bash"
source "$root/Sources/Installer/lib/passwords.bash"
source "$root/Sources/Installer/lib/repository.bash"
source "$root/Sources/Installer/lib/services.bash"
source "$root/Sources/Installer/origin/checkout.bash"
source "$root/Sources/Installer/box.bash"
source "$root/Sources/Installer/central.bash"
source "$root/Sources/Installer/uninstall.bash"
source "$root/Sources/Installer/demo/demo.bash"

# read_options OPTION...: sets what state.bash names under "Asked for".
read_options() {
    local modes=' ' demo_only='' central_only=''
    while (($# > 0)); do
        case $1 in
            --demo | --central | --uninstall) modes+="$1 " ;;
            --demo-dir)
                [[ -n ${2:-} ]] || fail 64 "--demo-dir needs the name of a folder."
                demo_dir=$2 demo_only=$1
                shift ;;
            --seconds)
                [[ ${2:-} =~ ^[1-9][0-9]{0,6}$ ]] || fail 64 "--seconds needs a number of seconds, 1 or more."
                seconds=$2 demo_only=$1
                shift ;;
            --name)
                [[ -n ${2:-} ]] || fail 64 "--name needs the name or the address of this machine."
                central_name=$2 central_only=$1
                shift ;;
            --port)
                [[ ${2:-} =~ ^[1-9][0-9]{0,4}$ && ${2:-0} -lt 65536 ]] || fail 64 "--port needs a number from 1 to 65535."
                central_port=$2 central_only=$1
                shift ;;
            --certificate | --key)
                [[ -r ${2:-} && -f $2 ]] || fail 64 "$1 needs a file that is there."
                if [[ $1 == --key ]]; then certificate_key=$(realpath -- "$2"); else certificate=$(realpath -- "$2"); fi
                central_only=$1
                shift ;;
            --purge) purge=yes ;;
            --upgrade) upgrade=yes ;;
            --tic-hat) tic_hat=yes ;;
            --no-tic-hat) tic_hat=no ;;
            --no-grafana) grafana=no ;;
            --with-grafana) grafana=wanted ;;
            --anonymous) anonymous=yes ;;
            --ftp) ftp=yes ;;
            --page=home | --page=box | --page=no) page=${1#*=} ;;
            --page=*) fail 64 "--page is home, box or no, not ${1#*=}." ;;
            --prices=regulated | --prices=later) prices=${1#*=} ;;
            --prices=*) fail 64 "--prices is regulated or later, not ${1#*=}." ;;
            --influx=debian | --influx=influxdata) influx_from=${1#*=} ;;
            --influx=*) fail 64 "--influx is debian or influxdata, not ${1#*=}." ;;
            --influx-admin)
                [[ ${2:-} == ?*:?* && -r ${2#*:} ]] ||
                    fail 64 "--influx-admin needs NAME:FILE, and the file must be there."
                influx_admin=${2%%:*}:$(realpath -- "${2#*:}")
                shift ;;
            --offline)
                [[ -d ${2:-} ]] || fail 64 "--offline needs the name of a folder that is there."
                offline=$(realpath -- "$2")
                shift ;;
            --yes) yes=yes ;;
            --dry-run) dry_run=yes ;;
            --steps)
                printf '%s\n' "${steps[@]}"
                exit 0 ;;
            --help | -h)
                if [[ -n $french_ending ]]; then file_text help.fr.txt; else file_text help.txt; fi
                exit 0 ;;
            *) fail 64 "I do not know the option $1." "./install.sh --help lists them." ;;
        esac
        shift
    done
    [[ $modes != *' --central '* ]] || mode=central
    [[ $modes != *' --uninstall '* ]] || mode=uninstall    # of a centre, too, in whichever order they are said
    if [[ $modes == *' --demo '* ]]; then
        [[ $mode == install ]] || fail 64 "--demo goes neither with --central nor with --uninstall."
        mode=demo
    fi
    [[ $purge == no || $mode == uninstall ]] || fail 64 "--purge goes with --uninstall."
    [[ -z $demo_only || $mode == demo ]] || fail 64 "$demo_only goes with --demo."
    [[ -z $central_only || $mode == central ]] || fail 64 "$central_only goes with --central."
    [[ $anonymous == no || $mode != central ]] ||
        fail 64 "--anonymous does not go with --central: whoever reaches the centre would see every house."
    [[ -n $certificate || -z $certificate_key ]] || fail 64 "--certificate and --key go together."
    [[ -z $certificate || -n $certificate_key ]] || fail 64 "--certificate and --key go together."
}

ask_to_stop() {
    if [[ $demo_runs == yes ]]; then stopping=yes; else exit 130; fi
}

clean_up() {
    local code=$?
    trap - EXIT
    trap '' INT TERM HUP
    leave_demo
    rm -rf "$scratch"
    if ((code == 1)) && [[ $said_why == no ]]; then
        in_french "this stopped unexpectedly. Run it again: it goes on where it stopped. If it stops again,"
        printf '\ninstall.sh: %s\n' "$in_words" >&2
        in_french "please report what it said."
        printf '    %s\n' "$in_words" >&2
    fi
    exit "$code"
}

main() {
    local extra=()
    speak_french "$system_language"
    asked=$( (($# == 0)) || printf ' %q' "$@")     # for people to type again
    read -ra extra <<< "${BOXENERGIE_DEMO_ARGS:-}"   # more options, for tests that run the README's words
    read_options "$@" ${extra[@]+"${extra[@]}"}
    check_system
    if [[ $mode == demo ]]; then
        demo_dir=$(realpath -m -- "$demo_dir")
        [[ $demo_dir != *$'\n'* ]] || fail 64 "the demo's folder must not have a line break in its name."
    else
        ((EUID == 0)) || fail 1 "this changes the machine, so it must be root: sudo ./install.sh" \
            "To look at it first without changing anything: ./install.sh --demo"
        umask 022
    fi
    scratch=$(mktemp -d)
    trap clean_up EXIT
    trap ask_to_stop INT TERM HUP
    case $mode in
        demo) demo ;;
        install) install_box ;;
        central) install_central ;;
        uninstall) uninstall ;;
    esac
}

main "$@"
