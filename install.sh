#!/usr/bin/env bash
# install.sh: sets boxenergie up, and takes it away again.
#
# `sudo ./install.sh` makes a box of this machine: InfluxDB, Grafana with the dashboards, and boxenergie with the meters
# that it finds. `./install.sh --demo` only plays a house with a Linky, all in one folder. `--uninstall` undoes.
#
# The tests source this file for the same steps, so each step is a function; main comes last.
set -euo pipefail
export LC_ALL=C.UTF-8 LANGUAGE=               # this script reads what apt and others say

# --- What may need an update one day ---------------------------------------------------------------------------------

swift_needed=6.2                              # the oldest Swift compiler that builds this program
swift_version=6.3.1                           # the one to fetch from swift.org when Debian has none
swift_platform=debian12                       # swift.org's build for Debian 12; it runs on Debian 13, too
swift_site=https://download.swift.org
swift_keys_url=https://www.swift.org/keys/all-keys.asc
swift_key=52BB7E3DE28A71BE22EC05FFEF80A866B47A981F   # "Swift 6.x Release Signing Key"

# Debian packages; a|b means that either will do.
packages_build=(ca-certificates curl git g++ 'libcurl4-openssl-dev|libcurl4-gnutls-dev' libgpiod-dev
    libtomlplusplus-dev zlib1g-dev tzdata)
packages_swift=(libncurses6 libxml2 libsqlite3-0)    # what a swift.org compiler needs to start
# shellcheck disable=SC2034  # for Tests/run
packages_tests=(shellcheck python3 python3-venv socat binutils sqlite3 owserver ow-shell nginx libxml2 vsftpd
    libmicrohttpd12 mosquitto mosquitto-clients libmosquitto1 openssl openssh-server iproute2)

first_port=18086                              # the demo's server takes the first free port from here on

oldest_date=1793491200                        # 2026-11-01: a clock before this is wrong
grafana_site=${BOXENERGIE_GRAFANA_SITE:-https://apt.grafana.com}
grafana_key_url=$grafana_site/gpg-full.key
grafana_key=${BOXENERGIE_GRAFANA_KEY_FINGERPRINT:-B53AE77BADB630A683046005963FA27710458545}
influxdata_site=${BOXENERGIE_INFLUXDATA_SITE:-https://repos.influxdata.com}
influxdata_key_url=$influxdata_site/influxdata-archive.key
# The primary key since 2023. The subkeys under it that sign change every three years: 2023, 2026, and so on.
influxdata_key=${BOXENERGIE_INFLUXDATA_KEY_FINGERPRINT:-24C975CBA61A024EE1B631787C3D57159FC2F927}

# For tests: a machine that is said to be a Raspberry Pi.
model_file=${BOXENERGIE_MODEL_FILE:-/proc/device-tree/model}
boot_folder=${BOXENERGIE_BOOT_FOLDER:-}
grafana_port=3000

# --- Words -----------------------------------------------------------------------------------------------------------

say() { printf '%s\n' "$*"; }
step() { printf '\n== %s\n' "$*"; }

said_why=no

# fail CODE WHAT [WHAT TO DO]: says why and stops.
fail() {
    local code=$1
    said_why=yes
    shift
    printf '\ninstall.sh: %s\n' "$1" >&2
    shift
    local line
    for line in "$@"; do printf '    %s\n' "$line" >&2; done
    exit "$code"
}

usage() {
    cat <<'HELP'
sudo ./install.sh [options]     makes an energy box of this machine
sudo ./install.sh --uninstall   undoes that
./install.sh --demo [options]   only shows it, with a simulated house

The box: InfluxDB for this machine only, Grafana with the dashboards, and the
service boxenergie with the meters that were found on the serial ports. Each
change is said before it is made. It can be run again at any time: interrupted,
it goes on where it stopped; complete, it changes nothing.

  --yes              ask nothing
  --dry-run          only say what would be done
  --upgrade          replace an older boxenergie; data, configuration and counters stay
  --tic-hat          give the pins' serial port of a Raspberry Pi to a TIC hat (Bluetooth goes off)
  --no-tic-hat       leave it as it is, without asking
  --no-grafana       without Grafana: look at the readings from another machine
  --with-grafana     with Grafana even on a machine with little memory
  --anonymous        whoever is in your network may look at the dashboards without a password
  --ftp              let devices send files of values (CSV) here by FTP, into one folder
  --influx=debian    InfluxDB as Debian has it (default)
  --influx=influxdata    from InfluxData's own repository
  --influx-admin NAME:FILE   the administrator of an InfluxDB that was here before, and a file with the password
  --offline DIR      take all packages from that folder, nothing from the network
  --uninstall        take away what this script installed; readings and settings stay
  --purge            with --uninstall: delete readings, settings and backups, too
  --help             this text

The demo builds boxenergie, plays a house with a Linky meter, stores its
readings in an InfluxDB of its own, and shows them. Ctrl-C stops everything.
Nothing stays outside the demo's folder but Debian packages.

  --demo             run the demo
  --demo-dir DIR     where everything goes (default: ./demo); delete it to be rid of the demo
  --seconds N        stop by itself N seconds after the first reading

EXAMPLES:
  sudo ./install.sh --dry-run
  sudo ./install.sh
  sudo ./install.sh --yes --tic-hat --offline /media/usb/boxenergie
  sudo ./install.sh --uninstall

Exit codes: 0 done, 1 failed, 2 done but for Grafana, 3 done but for a restart
of the machine, 64 wrong use, 69 something needed cannot be had.
For Debian 12 or 13 and Raspberry Pi OS, 64 bits.
HELP
}

# --- The machine -----------------------------------------------------------------------------------------------------

have() { command -v "$1" > /dev/null 2>&1; }

# Refuses what cannot work; sets arch to amd64 or arm64.
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

# find_missing PACKAGE...: sets missing to those that are not installed.
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

# install_packages PACKAGE...: those that are missing; the caller has asked.
install_packages() {
    find_missing "$@"
    ((${#missing[@]} > 0)) || return 0
    update_apt_lists
    [[ ${mode:-} != install ]] || remember_packages --no-install-recommends "${missing[@]}"
    say "Installing: ${missing[*]}"
    apt_get install -y --no-install-recommends "${missing[@]}" > "$scratch/apt.log" 2>&1 || {
        tail -n 20 "$scratch/apt.log" >&2
        fail 1 "apt could not install: ${missing[*]}" \
            "The lines above say why: most often the network, or an earlier installation that was interrupted" \
            "(sudo apt-get -f install repairs that)."
    }
}

# at_least HAVE WANTED: compares versions such as 6.3.1 and 6.2.
at_least() { [[ $(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1) == "$2" ]]; }

# --- Swift -----------------------------------------------------------------------------------------------------------

swift_version_of() { "$1" --version 2> /dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1; }

# plan_swift TOOLS: sets swift_from to path, tools, debian or swift.org without changing anything.
plan_swift() {
    local candidate
    if have swift && { ! "$(command -v swift)" --version > /dev/null 2>&1 ||
        at_least "$(swift_version_of swift)" "$swift_needed"; }; then
        swift_from=path
    elif [[ -x $1/swift/usr/bin/swift ]]; then
        swift_from=tools
    else
        candidate=$(apt-cache policy swiftlang 2> /dev/null | sed -n 's/^ *Candidate: *//p')
        if [[ -n $candidate && $candidate != '(none)' ]] && at_least "${candidate#*:}" "$swift_needed"; then
            swift_from=debian
        else
            swift_from=swift.org
        fi
    fi
}

# provide_swift TOOLS: sets swift to a compiler that is new enough, fetching it if need be.
provide_swift() {
    local tools=$1 version
    plan_swift "$tools"
    case $swift_from in
        path) swift=$(command -v swift) ;;
        tools) swift=$tools/swift/usr/bin/swift ;;
        debian)
            install_packages swiftlang
            swift=$(command -v swift) ;;
        swift.org)
            fetch_swift "$tools"
            swift=$tools/swift/usr/bin/swift ;;
    esac
    version=$(swift_version_of "$swift" || true)
    [[ -n $version ]] ||
        fail 1 "the Swift compiler $swift does not start:" "$("$swift" --version 2>&1 | head -n 3 || true)"
    at_least "$version" "$swift_needed" ||
        fail 1 "the Swift compiler $swift is version $version, and $swift_needed or later is needed." \
            "Remove it from your PATH; this script then fetches a newer one into the demo's folder."
    say "Swift $version ($swift)"
}

# fetch_swift TOOLS: swift.org's compiler into TOOLS/swift, its signature checked.
fetch_swift() {
    local tools=$1 suffix='' file url free
    [[ $arch != arm64 ]] || suffix=-aarch64
    file=swift-$swift_version-RELEASE-$swift_platform$suffix.tar.gz
    url=$swift_site/swift-$swift_version-release/$swift_platform$suffix/swift-$swift_version-RELEASE/$file
    install_packages gpg
    mkdir -p "$tools"
    free=$(df -Pk "$tools" | awk 'NR == 2 { print int($4 / 1048576) }')
    ((free >= 5)) ||
        fail 1 "the Swift compiler needs 5 GB of free disk space in $tools, and there are only $free GB." \
            "Make room, or choose another disk with --demo-dir."
    say "Fetching Swift $swift_version from swift.org (about 1 GB; an interrupted download goes on where it stopped)."
    [[ -e $tools/$file ]] ||
        curl --fail --location --show-error --progress-bar --retry 3 --connect-timeout 20 --continue-at - \
            --output "$tools/$file.part" "$url" ||
        fail 69 "the Swift compiler could not be fetched from $url." \
            "Check the network and run this again, or install Swift $swift_needed or later yourself (https://www.swift.org/install)."
    [[ ! -e $tools/$file.part ]] || mv "$tools/$file.part" "$tools/$file"
    {
        curl --fail --silent --location --show-error --connect-timeout 20 --output "$scratch/swift.sig" "$url.sig" &&
            curl --fail --silent --location --show-error --connect-timeout 20 --output "$scratch/swift.asc" "$swift_keys_url"
    } || fail 69 "the signature of the Swift compiler could not be fetched from swift.org, so it was not installed." \
        "Check the network and run this again."
    verify_swift "$tools/$file" "$scratch/swift.sig" "$scratch/swift.asc" || {
        rm -f "$tools/$file"
        fail 1 "the Swift compiler that was fetched does not carry swift.org's signature, so it was deleted unused." \
            "A broken download is the likely reason: run this again."
    }
    say "The signature is swift.org's. Unpacking ..."
    rm -rf "$tools/swift.new"
    mkdir "$tools/swift.new"
    tar -xzf "$tools/$file" --strip-components=1 -C "$tools/swift.new" ||
        fail 1 "the Swift compiler could not be unpacked in $tools." "Is the disk full? df -h shows it."
    mv "$tools/swift.new" "$tools/swift"
    rm -f "$tools/$file"
}

# verify_swift FILE SIGNATURE KEYS: true when swift.org's release key signed FILE.
verify_swift() {
    local home result
    home=$(mktemp -d "$scratch/gpg.XXXXXX")
    gpg --batch --quiet --homedir "$home" --import "$3" 2> /dev/null || true
    result=$(gpg --batch --homedir "$home" --status-fd 1 --verify "$2" "$1" 2> /dev/null || true)
    grep -Eq "^\[GNUPG:\] VALIDSIG .* $swift_key\$" <<< "$result"
}

# build_program: sets program to a release build of this checkout.
build_program() {
    local options=(-c release --package-path "$here" --product boxenergie) library memory jobs
    library=$("$swift" -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')
    if [[ -e ${library}_static/linux/libswiftCore.a ]]; then
        options+=(--static-swift-stdlib)
    else
        say "This compiler lacks Swift's static libraries: the program will need the compiler's folder to run."
    fi
    # A compiler process takes up to 1 GB: a small Pi builds with fewer at once.
    memory=$(awk '/^MemTotal/ { print int($2 / 900000) }' /proc/meminfo)
    jobs=$(nproc)
    ((memory >= jobs)) || options+=(-j "$((memory > 0 ? memory : 1))")
    "$swift" build "${options[@]}" ||
        fail 1 "the program could not be built; the lines above say why." \
            "If the sources are as published, please report it with those lines."
    program=$("$swift" build "${options[@]}" --show-bin-path)/boxenergie
}

# --- InfluxDB --------------------------------------------------------------------------------------------------------

# plan_influxd TOOLS: sets influxd_from to path, tools or debian without changing anything.
plan_influxd() {
    if have influxd; then
        influxd_from=path
    elif [[ -x $1/influxdb/usr/bin/influxd ]]; then
        influxd_from=tools
    else
        influxd_from=debian
    fi
}

# provide_influxd TOOLS: sets influxd. Debian's package is unpacked into TOOLS, not installed: installing it would
# start a server on port 8086, open to the network.
provide_influxd() {
    local tools=$1
    plan_influxd "$tools"
    case $influxd_from in
        path) influxd=$(command -v influxd) ;;
        tools) influxd=$tools/influxdb/usr/bin/influxd ;;
        debian)
            say "Fetching Debian's influxdb package into $tools (unpacked there, not installed)."
            [[ -n $(apt-cache show influxdb 2> /dev/null) ]] || update_apt_lists
            mkdir "$scratch/influxdb"
            (cd "$scratch/influxdb" && apt-get -qq download influxdb > "$scratch/apt.log" 2>&1) || {
                tail -n 5 "$scratch/apt.log" >&2
                fail 69 "Debian's influxdb package could not be fetched." "Check the network, then run this again."
            }
            mkdir -p "$tools"
            rm -rf "$tools/influxdb"
            dpkg-deb -x "$scratch"/influxdb/*.deb "$tools/influxdb" ||
                fail 1 "Debian's influxdb package could not be unpacked in $tools." "Is the disk full? df -h shows it."
            influxd=$tools/influxdb/usr/bin/influxd ;;
    esac
}

port_is_free() { ! (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }

# listens PID PORT: true when that process answers on the port, rather than somebody else's.
listens() {
    local socket
    socket=$(awk -v at="$(printf '0100007F:%04X' "$2")" '$2 == at && $4 == "0A" { print $10; exit }' /proc/net/tcp)
    [[ -n $socket && -n $(find "/proc/$1/fd" -lname "socket:\[$socket\]" 2> /dev/null || true) ]]
}

# next_free_port FROM: prints it.
next_free_port() {
    local port=$1
    until port_is_free "$port"; do port=$((port + 1)); done
    printf '%s\n' "$port"
}

# toml TEXT: as it stands between the quotes of a TOML string.
toml() {
    local text=${1//\\/\\\\}
    printf '%s' "${text//\"/\\\"}"
}

influxd_auth=false                            # true: it asks for a user and password

# write_influxd_config FILE FOLDER HTTP_PORT BACKUP_PORT
write_influxd_config() {
    local text folder
    text=$(< "$here/influx/influxdb.conf")
    folder=$(toml "$2")
    text=${text//@DIR@/"$folder"}
    text=${text//@AUTH@/"$influxd_auth"}
    text=${text//@HTTP_PORT@/"$3"}
    printf '%s\n' "${text//@BACKUP_PORT@/"$4"}" > "$1"
}

# query PORT INFLUXQL: the answer as CSV, empty when there is none.
query() {
    curl --silent --fail --max-time 5 --get --header 'Accept: application/csv' "http://127.0.0.1:$1/query" \
        --data-urlencode db=boxenergie --data-urlencode "q=$2" || true
}

# --- Programs in the background --------------------------------------------------------------------------------------
# Each runs in a session of its own, so that Ctrl-C reaches this script only, which then stops them in the right order.
# run_dir holds NAME.pid for a later run to clean up after a kill -9.

alive() {
    local state
    state=$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$1/status" 2> /dev/null || true)
    [[ -n $state && $state != Z ]]
}

# start NAME LOG COMMAND...: sets last_pid.
start() {
    local name=$1 log=$2
    shift 2
    setsid "$@" >> "$log" 2>&1 < /dev/null 9>&- &
    last_pid=$!
    printf '%s\n' "$last_pid" > "$run_dir/$name.pid"
}

# stop NAME: asks politely, waits 10 s, then insists. Only a process that this folder's demo started.
stop() {
    local file=$run_dir/$1.pid pid i
    [[ -r $file ]] || return 0
    pid=$(< "$file")
    if [[ $pid =~ ^[0-9]+$ ]] && alive "$pid" &&
        [[ $(tr '\0' '\n' < "/proc/$pid/cmdline" 2> /dev/null || true) == *"${run_dir%/*}/"* ]]; then
        kill -TERM "$pid" 2> /dev/null || true
        for ((i = 0; i < 100; i++)); do
            alive "$pid" || break
            sleep 0.1
        done
        if alive "$pid"; then
            say "$1 did not stop within 10 s; it was ended."
            kill -KILL "$pid" 2> /dev/null || true
        fi
        wait "$pid" 2> /dev/null || true
    fi
    rm -f "$file"
}

# must_run NAME LOG: fails with the log's last lines when NAME has ended.
must_run() {
    local pid
    pid=$(cat "$run_dir/$1.pid" 2> /dev/null || echo 0)
    ! alive "$pid" || return 0
    printf '\nThe last lines of %s:\n' "$2" >&2
    tail -n 15 "$2" | sed 's/^/    /' >&2 || true
    fail 1 "$1 stopped although it should go on; the lines above say why."
}

# start_influxd FOLDER: a server of its own in FOLDER, on this machine only; sets port.
start_influxd() {
    local folder=$1 backup i try
    port=$first_port
    for try in {1..10}; do
        port=$(next_free_port "$port")
        backup=$(next_free_port $((port + 1)))
        mkdir -p "$folder/influxdb"
        write_influxd_config "$folder/influxdb.conf" "$folder/influxdb" "$port" "$backup"
        : > "$folder/influxdb.log"
        start influxd "$folder/influxdb.log" "$influxd" -config "$folder/influxdb.conf"
        for ((i = 0; i < 600; i++)); do
            alive "$last_pid" || break
            if listens "$last_pid" "$port" && [[ $(curl --silent --max-time 2 --output /dev/null \
                --write-out '%{http_code}' "http://127.0.0.1:$port/ping" || true) == 204 ]]; then
                return 0
            fi
            sleep 0.1
        done
        # Somebody may have taken the port in between: try the next ones.
        if alive "$last_pid" || ! grep -q 'address already in use' "$folder/influxdb.log" || ((try == 10)); then break; fi
        port=$((backup + 1))
    done
    must_run influxd "$folder/influxdb.log"
    fail 69 "InfluxDB did not answer on 127.0.0.1:$port within a minute." "Its log is $folder/influxdb.log."
}

# --- The demo --------------------------------------------------------------------------------------------------------

write_demo_config() {
    local folder
    folder=$(toml "$demo_dir")
    cat > "$demo_dir/boxenergie.toml" <<TOML
# Written by install.sh --demo, anew each time.

state = "$folder"

[influx]
url = "http://127.0.0.1:$port"
database = "boxenergie"
flush = "2s"
spool = { limit = "20MB" }

[tags]
site = "demo"

[source.linky]
type = "teleinfo"
device = "$folder/linky"
mode = "auto"
every = "1s"
TOML
}

# latest: sets readings to va_in, va_out, wh_in, wh_out and volts, and reading_time; empty where there is none since
# the demo began.
latest() {
    local answer
    readings=('' '' '' '' '')
    reading_time=''
    answer=$(query "$port" 'SELECT va_in, va_out, wh_in, wh_out FROM "raw"."linky" WHERE time >= '"${began}"'s ORDER BY time DESC LIMIT 1' | sed -n 2p)
    [[ -n $answer ]] || return 0
    IFS=, read -r _ _ reading_time 'readings[0]' 'readings[1]' 'readings[2]' 'readings[3]' <<< "$answer"
    reading_time=$(date -d "@${reading_time:0:10}" +%H:%M:%S)
    answer=$(query "$port" "SELECT v FROM \"raw\".\"phase\" WHERE phase = '1' ORDER BY time DESC LIMIT 1" | sed -n 2p)
    [[ -z $answer ]] || readings[4]=${answer##*,}
}

table_row() { printf '%-10s %14s %14s %16s %16s %10s\n' "$@"; }

show_latest() {
    local cells=() units=(VA VA Wh Wh V) i
    for i in 0 1 2 3 4; do
        if [[ -n ${readings[i]} ]]; then cells+=("${readings[i]} ${units[i]}"); else cells+=(-); fi
    done
    # On a terminal the row is rewritten in place; in a file each refresh is a line.
    [[ ! -t 1 || $1 == first ]] || printf '\033[1A\033[2K'
    table_row "$reading_time" "${cells[@]}"
}

# pause SECONDS: sleeps, but a signal is seen at once.
pause() {
    sleep "$1" 9>&- &
    local nap=$!
    wait "$nap" || kill "$nap" 2> /dev/null || true
}

stopping=no
ask_to_stop() {
    if [[ $running == yes ]]; then stopping=yes; else exit 130; fi
}

clean_up() {
    local code=$?
    trap - EXIT
    trap '' INT TERM HUP
    if [[ -n ${run_dir:-} && -d $run_dir && $locked == yes ]]; then
        # The reader first, so that it can hand over what it holds; the database last.
        stop run
        stop simulate
        stop influxd
        rm -f "$demo_dir/linky"
        rmdir "$run_dir" 2> /dev/null || true
    fi
    rm -rf "$scratch"
    if ((code == 1)) && [[ $said_why == no ]]; then
        printf '\ninstall.sh: this stopped unexpectedly. Run it again: it goes on where it stopped. If it stops again,\n' >&2
        printf '    please report what it said.\n' >&2
    fi
    exit "$code"
}

plan_demo() {
    local wanted=("${packages_build[@]}")
    plan_swift "$demo_dir/tools"
    plan_influxd "$demo_dir/tools"
    [[ $swift_from == debian ]] && wanted+=(swiftlang) || wanted+=("${packages_swift[@]}")
    [[ $swift_from != swift.org ]] || wanted+=(gpg)
    find_missing "${wanted[@]}"
    if ((${#missing[@]} > 0)); then
        say "Debian packages to install: ${missing[*]}"
    else
        say "Debian packages to install: none"
    fi
    case $swift_from in
        path) say "Swift compiler: $(command -v swift)" ;;
        tools) say "Swift compiler: the one already in $demo_dir/tools" ;;
        debian) say "Swift compiler: Debian's package swiftlang" ;;
        swift.org) say "Swift compiler: $swift_version from swift.org, about 1 GB, into $demo_dir/tools" ;;
    esac
    case $influxd_from in
        path) say "InfluxDB: the program $(command -v influxd), as a server of the demo's own" ;;
        tools) say "InfluxDB: the one already in $demo_dir/tools" ;;
        debian) say "InfluxDB: Debian's package, unpacked into $demo_dir/tools (not installed as a service)" ;;
    esac
    say "Everything else stays in $demo_dir"
}

ask_once() {
    local answer
    ((${#missing[@]} > 0)) || [[ $swift_from == swift.org ]] || return 0
    [[ $yes == no && -t 0 && -t 1 ]] || return 0
    read -r -p "Go on? [Y/n] " answer || answer=n
    [[ -z $answer || $answer == [yYoO]* ]] || { say "Nothing was changed."; exit 0; }
}

demo() {
    local waited=0 points ended

    step "What the demo needs"
    plan_demo
    if [[ $dry_run == yes ]]; then
        step "What it would do then"
        say "Build:     swift build -c release --static-swift-stdlib --product boxenergie"
        say "Database:  influxd on 127.0.0.1:$(next_free_port "$first_port"), or the next free port"
        say "Meter:     boxenergie simulate --link $demo_dir/linky"
        say "Reader:    boxenergie run --config $demo_dir/boxenergie.toml"
        say "Then it shows the readings until Ctrl-C. This was a dry run: nothing was changed."
        return 0
    fi
    ask_once

    mkdir -p "$demo_dir" 2> /dev/null || true
    [[ -d $demo_dir && -w $demo_dir ]] ||
        fail 1 "the folder $demo_dir cannot be written." "Choose another one with --demo-dir."
    exec 9> "$demo_dir/.lock"
    flock -n 9 || fail 1 "a demo already runs in $demo_dir." \
        "Stop it with Ctrl-C where you started it, or give this one another folder with --demo-dir."
    locked=yes
    run_dir=$demo_dir/pids
    mkdir -p "$run_dir"
    # What a killed run may have left behind.
    stop run
    stop simulate
    stop influxd

    install_packages "${missing[@]}"
    provide_influxd "$demo_dir/tools"
    if [[ -n ${BOXENERGIE_BINARY:-} ]]; then
        program=$BOXENERGIE_BINARY
        say "Taking the program $program instead of building it (BOXENERGIE_BINARY)."
    else
        provide_swift "$demo_dir/tools"
        step "Building the program (a few minutes the first time; a quarter of an hour or more on a Raspberry Pi)"
        build_program
    fi

    step "Starting the house"
    running=yes
    began=$(date +%s)
    start_influxd "$demo_dir"
    say "Database:  InfluxDB on 127.0.0.1:$port, data in $demo_dir/influxdb"
    write_demo_config
    "$program" provision --config "$demo_dir/boxenergie.toml" > "$demo_dir/provision.log" 2>&1 || {
        tail -n 15 "$demo_dir/provision.log" >&2
        fail 1 "the database could not be prepared; the lines above say why."
    }
    : > "$demo_dir/simulate.log"
    rm -f "$demo_dir/linky"
    start simulate "$demo_dir/simulate.log" "$program" simulate --link "$demo_dir/linky"
    until [[ -c $demo_dir/linky || $stopping == yes ]]; do
        must_run simulate "$demo_dir/simulate.log"
        ((waited++ < 100)) || fail 1 "the simulated meter did not appear within 20 s." "Its log is $demo_dir/simulate.log."
        pause 0.2
    done
    say "Meter:     a simulated Linky on $demo_dir/linky"
    : > "$demo_dir/run.log"
    start run "$demo_dir/run.log" "$program" run --config "$demo_dir/boxenergie.toml"
    say "Reader:    boxenergie, log in $demo_dir/run.log"

    waited=0
    until latest && [[ -n $reading_time || $stopping == yes ]]; do
        must_run influxd "$demo_dir/influxdb.log"
        must_run simulate "$demo_dir/simulate.log"
        must_run run "$demo_dir/run.log"
        ((waited++ < 60)) || {
            printf '\nThe last lines of %s:\n' "$demo_dir/run.log" >&2
            tail -n 15 "$demo_dir/run.log" | sed 's/^/    /' >&2
            fail 1 "no reading reached the database within a minute."
        }
        pause 1
    done

    if [[ $stopping == no ]]; then
        step "It runs. Try this in another terminal:"
        say "curl -sG 'http://127.0.0.1:$port/query' --data-urlencode 'db=boxenergie' -H 'Accept: application/csv' --data-urlencode 'q=SELECT mean(\"va_in\"), max(\"va_out\"), last(\"wh_in\") FROM \"raw\".\"linky\" WHERE time > now() - 10m GROUP BY time(1m) fill(none)'"
        say ""
        if ((seconds > 0)); then say "It stops by itself after $seconds s; Ctrl-C stops it now."; else say "Ctrl-C stops everything."; fi
        say ""
        table_row time 'from the grid' 'to the grid' 'meter, taken' 'meter, given' voltage
        show_latest first
    fi
    ended=$((SECONDS + seconds))
    while [[ $stopping == no ]] && ((seconds == 0 || SECONDS < ended)); do
        pause 3
        [[ $stopping == no ]] || break
        must_run influxd "$demo_dir/influxdb.log"
        must_run simulate "$demo_dir/simulate.log"
        must_run run "$demo_dir/run.log"
        latest
        show_latest next
    done

    step "Stopping"
    stop run
    points=$(query "$port" 'SELECT count("va_in") FROM "raw"."linky"' | sed -n 2p)
    [[ -n $points ]] || points=0
    say "${points##*,} readings of the meter are in the database; they stay in $demo_dir."
    say "Run this again to go on, or delete that folder to be rid of the demo."
}

# --- The installation: what it changed -------------------------------------------------------------------------------
# Each change is written into a journal before it is made, so that --uninstall undoes just that, wherever things
# stopped. A line is KIND, a tab, and what it is about:
#   package NAME, account NAME, group NAME   were not there before
#   folder PATH, created PATH                likewise
#   secret PATH, data PATH                   likewise; only --purge deletes it
#   changed N PATH                           the original is in originals/N
#   block PATH                               has lines of ours between two marks
#   word WORD PATH                           lost this word of its only line
#   member USER GROUP                        did not belong to it
#   database NAME                            made on a server that was there before
#   configuration SUM                        as this script wrote it, so that nobody has edited it yet
#   residue NAME                             a package that is gone, but for its data and settings

journal_dir=/var/lib/boxenergie-install
journal=$journal_dir/journal

journaled() { [[ -r $journal ]] && grep -qxF -- "$1"$'\t'"$2" "$journal"; }

remember() {
    ! journaled "$1" "$2" || return 0
    [[ -d $journal_dir ]] || mkdir -m 700 "$journal_dir"
    printf '%s\t%s\n' "$1" "$2" >> "$journal"
    sync "$journal"
}

# open_journal: only one run at a time. A line that a power cut left half written is of a change that was not made.
open_journal() {
    exec 9> /run/boxenergie-install.lock      # not in /run/lock, where everybody may write
    flock -n 9 || fail 1 "another run of this script is at work." "Wait for it to end."
    [[ ! -s $journal || -z $(tail -c 1 "$journal") ]] || sed -i '$d' "$journal"
}

# forget KIND WHAT: it is undone.
forget() {
    grep -vxF -- "$1"$'\t'"$2" "$journal" > "$journal.new" || true
    sync "$journal.new"
    mv -f "$journal.new" "$journal"
}

# change WORDS COMMAND...: says what it changes, then does it; a dry run only says it.
changes=0
change() {
    local words=$1
    shift
    changes=$((changes + 1))
    if [[ $dry_run == yes ]]; then
        say "would $words"
    else
        say "- $words"
        "$@"
    fi
}

# write_file PATH MODE OWNER:GROUP TEXT: when it is not so yet.
write_file() {
    if [[ -f $1 && $(stat -c '%a %U:%G' "$1") == "$2 $3" && $(< "$1") == "$4" ]]; then return 0; fi
    change "write $1" put_file "$@"
}

put_file() {
    local path=$1 mode=$2 owner=$3 text=$4
    make_folder "$(dirname "$path")"
    keep_original "$path"
    rm -f "$path.boxenergie-new"
    {
        (umask 077 && printf '%s\n' "$text" > "$path.boxenergie-new") && chown "$owner" "$path.boxenergie-new" &&
            chmod "$mode" "$path.boxenergie-new" && sync "$path.boxenergie-new" && mv -f "$path.boxenergie-new" "$path"
    } || fail 1 "$path could not be written; the lines above say why." "When that is mended, run this again."
}

make_folder() {
    [[ ! -d $1 ]] || return 0
    make_folder "$(dirname "$1")"
    remember folder "$1"
    mkdir -m 755 "$1"
}

keep_original() {
    local path=$1 number
    ! journaled created "$path" || return 0
    [[ ! -r $journal ]] || ! grep -q $'^changed\t[0-9]* '"$path\$" "$journal" || return 0
    if [[ -e $path ]]; then
        mkdir -p "$journal_dir/originals"
        number=$(find "$journal_dir/originals" -type f | wc -l)
        cp -a "$path" "$journal_dir/originals/$number"
        sync "$journal_dir/originals/$number"
        remember changed "$number $path"
    else
        remember created "$path"
    fi
}

# as_user NAME PASSWORD_FILE: for curl --config; by a pipe, where no list of processes shows the password.
as_user() { printf 'user = "%s"\n' "$(toml "$1:$(< "$2")")"; }

# owned MODE OWNER:GROUP FILE: a password file that has its reader.
owned() {
    [[ -e $3 ]] || return 0
    [[ $(stat -c '%a %U:%G' "$3") != "$1 $2" ]] || return 0
    change "give $3 to $2" give "$@"
}

give() {
    chown "$2" "$3"
    chmod "$1" "$3"
}

# new_password FILE: 24 random characters that only root may read.
new_password() {
    make_folder "$(dirname "$1")"
    remember secret "$1"
    (umask 077 && LC_ALL=C tr -dc 'A-Za-z0-9' < <(head -c 4096 /dev/urandom) | head -c 24 > "$1.boxenergie-new")
    sync "$1.boxenergie-new"
    mv -f "$1.boxenergie-new" "$1"
}

# add_packages WHAT [apt's options and] PACKAGE...: what comes with them is in the journal, too.
add_packages() {
    local words=$1 new=()
    shift
    if [[ $dry_run == yes ]]; then
        change "install $words"
        return 0
    fi
    [[ -n $offline ]] || update_apt_lists
    remember_packages "$@" || {
        tail -n 20 "$scratch/apt.log" >&2
        fail 69 "apt cannot install $words." \
            "The lines above say why: ${offline:+packages are missing in $offline, or }the network, or packages that do not fit."
    }
    grep -q '^Inst' "$scratch/apt.plan" || return 0
    change "install $words (${#new[@]} new packages)" really_add "$@"
}

# remember_packages [apt's options and] PACKAGE...: sets new to what would come; the plan is in apt.plan.
remember_packages() {
    local account
    apt_get --simulate install "$@" > "$scratch/apt.plan" 2> "$scratch/apt.log" || return 1
    sed -n 's/^Remv \([^ ]*\).*/\1 of this machine would have to go./p' "$scratch/apt.plan" > "$scratch/apt.log"
    [[ ! -s $scratch/apt.log ]] || return 1
    mapfile -t new < <(sed -n 's/^Inst \([^ ]*\) (.*/\1/p' "$scratch/apt.plan")
    ((${#new[@]} > 0)) || return 0
    for account in gpio boxenergie influxdb grafana; do
        getent group "$account" > /dev/null || remember group "$account"
    done
    for account in boxenergie influxdb grafana; do
        getent passwd "$account" > /dev/null || remember account "$account"
    done
    for account in "${new[@]}"; do remember package "$account"; done
}

really_add() {
    apt_get --yes --allow-downgrades install "$@" > "$scratch/apt.log" 2>&1 || {
        tail -n 20 "$scratch/apt.log" >&2
        fail 1 "apt could not finish." "The lines above say why. When that is mended, run this again: it goes on where it stopped."
    }
}

enabled() { systemctl is-enabled --quiet "$1" 2> /dev/null; }
active() { systemctl is-active --quiet "$1" 2> /dev/null; }

# keep_running UNIT FILE...: enabled and running, and started after these files were last changed.
keep_running() {
    local unit=$1 since file stale=no
    shift
    enabled "$unit" || change "let $unit start with the machine" systemctl --quiet enable "$unit"
    if active "$unit"; then
        since=$(systemctl show --timestamp=unix --property=ActiveEnterTimestamp --value "$unit")
        for file in "$@"; do
            [[ ! -e $file ]] || (($(stat -c %Y "$file") < ${since#@})) || stale=yes
        done
        [[ $stale == yes ]] || return 0
    fi
    change "start $unit" restart "$unit"
}

restart() {
    sleep 1                                   # a file of this second is older than the start
    systemctl daemon-reload
    systemctl reset-failed "$1" 2> /dev/null || true
    systemctl restart "$1" || {
        systemctl status --no-pager --lines=15 "$1" >&2 || true
        fail 1 "$1 does not start; the lines above say why."
    }
}

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

# --- The installation: the machine -----------------------------------------------------------------------------------

# ours PACKAGE: true when an earlier run of this script installed it.
ours() { journaled package "$1"; }

has_grafana() { installed grafana || installed grafana-enterprise; }

look_at_machine() {
    local memory free needed page owner state folder clock
    # shellcheck disable=SC1091  # the machine's
    suite=$(source /etc/os-release && say "${VERSION_CODENAME:-}")
    [[ -d /run/systemd/system ]] ||
        fail 69 "systemd does not run here, and the services need it." "A container without it can only try: ./install.sh --demo"
    memory=$(awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo)
    page=$(getconf PAGESIZE)
    model=$({ tr -d '\0' < "$model_file"; } 2> /dev/null || true)
    say "Machine:   ${model:-$arch}, Debian $suite, $arch, $memory MB of memory, pages of $((page / 1024)) KB"

    ((memory >= 300)) || fail 69 "this machine has $memory MB of memory, and 300 MB are needed." "A Raspberry Pi 3, 4, 5 or Zero 2 will do."
    if [[ $grafana == yes ]] && ((memory < 700)) && ! has_grafana; then
        grafana=no
        say "Grafana:   not on this machine: it needs 700 MB of memory. Its dashboards can be looked at from a PC with a"
        say "           Grafana of its own; README says how. --with-grafana installs it all the same."
    fi
    [[ $grafana == no ]] || grafana=yes
    needed=100
    installed boxenergie || needed=$((needed + 300))
    [[ $grafana == no ]] || has_grafana || needed=$((needed + 1100))
    for folder in /usr /var; do
        free=$(df -Pk "$folder" | awk 'NR == 2 { print int($4 / 1024) }')
        ((free >= needed)) || fail 1 "$folder has $free MB of free space, and $needed MB are needed." \
            "Nothing was changed. Make room (sudo apt-get clean, or a larger card), then run this again."
    done
    [[ -w /etc && -w /var/lib ]] || fail 1 "the card cannot be written: it is mounted read-only." \
        "After errors of the card Linux does that. dmesg says more; a new card may be needed."

    # A Pi without a clock of its own may believe in the past; then no certificate is valid.
    if (($(date +%s) < oldest_date)); then
        say "Clock:     $(date '+%F %R') cannot be right; waiting for the network to set it"
        wait_for 90 clock_is_right || fail 69 "the clock is wrong: $(date '+%F %R')." \
            "It is set by the network: check the cable or the Wi-Fi. Or set it yourself: sudo date --set '2026-12-31 18:00'"
    fi
    clock=$(timedatectl show --property=Timezone --value 2> /dev/null || true)
    case $clock in
        Indian/* | America/* | Pacific/*) zone=$clock ;;
        *) zone=Europe/Paris ;;
    esac

    look_at_influxdb
    grafana_port=$(port_of_grafana)
    look_at_port "$grafana_port" grafana-server Grafana "$grafana"
    look_at_port 21 boxenergie-ftp "the FTP server" "$ftp"
    if active nodered || installed nodered; then say "Node-RED:  found; it keeps its port 1880, and goes on undisturbed"; fi

    state='not installed yet'
    ! installed boxenergie || state="version $(dpkg-query -W -f='${Version}' boxenergie)"
    find_deb
    owner=''
    if [[ -n $deb ]]; then
        owner=", $(dpkg-deb --field "$deb" Version) in $deb"
    elif ! installed boxenergie; then
        [[ -e $here/Package.swift ]] || fail 69 "there is no package of boxenergie for Debian $suite on $arch beside this script." \
            "Unpack the release for $arch, and run the install.sh that is in it."
        plan_swift "$here/.build-tools"
        [[ $swift_from != swift.org ]] ||
            fail 69 "beside this script is no package for Debian $suite on $arch, and no Swift $swift_needed or later to build one." \
                "Nothing was changed. Unpack the release for $arch, and run the install.sh that is in it." \
                "Or, to build these sources: install Swift (https://www.swift.org/install), and let sudo find it:" \
                "sudo env \"PATH=\$PATH\" $myself$asked"
        free=$(df -Pk "$here" | awk 'NR == 2 { print int($4 / 1024) }')
        ((free >= needed + 1000)) ||
            fail 1 "$here has $free MB of free space, and $((needed + 1000)) MB are needed to build boxenergie there." \
            "Nothing was changed. Make room, or unpack the release for $arch and run the install.sh that is in it."
        owner=', to be built from these sources'
    fi
    say "boxenergie: $state$owner"
}

clock_is_right() { (($(date +%s) >= oldest_date)); }

finish_packages() {
    env DEBIAN_FRONTEND=noninteractive dpkg --force-confdef --force-confold --configure -a > "$scratch/dpkg.log" 2>&1 ||
        apt_get --yes --fix-broken install > "$scratch/apt.log" 2>&1 || {
        tail -n 20 "$scratch/dpkg.log" "$scratch/apt.log" >&2
        fail 1 "an installation that was interrupted earlier cannot be finished; the lines above say why."
    }
}

# look_at_port PORT UNIT NAME WANTED: taken by somebody else?
look_at_port() {
    [[ $4 == yes ]] || return 0
    if ! port_is_free "$1" && ! active "$2"; then
        fail 69 "the port $1, which $3 needs, is used by another program$(user_of_port "$1")." \
            "Nothing was changed. Stop that program or give it another port, then run this again."
    fi
}

user_of_port() {
    local name
    name=$(ss -ltnp "sport = :$1" 2> /dev/null | sed -n 's/.*users:(("\([^"]*\)".*/\1/p' | head -n 1)
    [[ -z $name ]] || printf ' (%s)' "$name"
}

# look_at_influxdb: sets influx_state to none, ours, open (there before us, asks nobody) or closed (asks for a user).
look_at_influxdb() {
    local version code
    if ours influxdb; then
        influx_state=ours
        say "InfluxDB:  installed by an earlier run"
        if [[ $influx_from == influxdata && $(dpkg-query -W -f='${Maintainer}' influxdb 2> /dev/null) == *debian.org* ]]; then
            fail 64 "InfluxDB is here from Debian, and --influx=influxdata does not replace it." \
                "Nothing was changed. To replace it: sudo $myself --uninstall (readings stay), then this again."
        fi
        return 0
    fi
    if port_is_free 8086 && ! installed influxdb; then
        influx_state=none
        look_at_port 8088 influxdb "the backup of InfluxDB" yes
        return 0
    fi
    # Somebody's server: it stays as it is, and gets one database more.
    if port_is_free 8086; then
        fail 69 "InfluxDB is installed on this machine, and does not run." \
            "Nothing was changed. Start it (sudo systemctl start influxdb) or remove it, then run this again."
    fi
    wait_for 20 influx_answers || true
    version=$(answer_of_influx /ping | tr -d '\r' | sed -n 's/^X-Influxdb-Version: v*//Ip')
    [[ -n $version ]] || fail 69 "the port 8086 is used by a program that is not InfluxDB$(user_of_port 8086)." \
        "Nothing was changed. Give that program another port, then run this again."
    [[ $version == 1.* ]] || fail 69 "the InfluxDB on this machine is version $version, and boxenergie needs version 1." \
        "Nothing was changed. Both at once need two ports, which this script does not set up."
    code=$(answer_of_influx '/query?q=SHOW%20DATABASES' | sed -n '1s/^HTTP[^ ]* \([0-9]*\).*/\1/p')
    if [[ $code == 401 ]]; then
        influx_state=closed
        [[ -n $influx_admin ]] || fail 64 "there is an InfluxDB $version already, and it asks for a user." \
            "Nothing was changed. Name its administrator and a file with the password, and it gets one database more:" \
            "sudo ./install.sh --influx-admin NAME:FILE"
    else
        influx_state=open
    fi
    say "InfluxDB:  version $version was there before; it keeps its settings and gets the database boxenergie"
}

influx_answers() { [[ $(answer_of_influx /ping) == HTTP/*' 204 '* ]]; }

# answer_of_influx PATH: with its head. By the shell alone, since a bare Debian has no curl.
answer_of_influx() {
    # shellcheck disable=SC2016  # the inner shell expands it
    timeout 5 bash -c 'exec 3<> /dev/tcp/127.0.0.1/8086 && printf "GET %s HTTP/1.0\r\n\r\n" "$1" >&3 && cat <&3' - "$1" \
        2> /dev/null || true
}

# find_deb: sets deb to the newest package of boxenergie for this machine that lies at hand, or to nothing.
find_deb() {
    local folder found=() release
    case $suite in bookworm) release=deb12 ;; *) release=deb13 ;; esac
    deb=''
    for folder in ${offline:+"$offline/packages" "$offline"} "$here/packages" "$here/.build-packages/out"; do
        mapfile -t found < <(find "$folder" -maxdepth 1 -name "boxenergie_*~${release}_$arch.deb" 2> /dev/null | sort -V)
        if ((${#found[@]} > 0)); then
            deb=${found[-1]}
            return 0
        fi
    done
}

# check_release FOLDER: nothing of it was damaged on its way.
check_release() {
    [[ -e $1/SHA256SUMS ]] || return 0
    (cd "$1" && sha256sum --check --quiet SHA256SUMS) > "$scratch/sums.log" 2>&1 || {
        head -n 5 "$scratch/sums.log" >&2
        fail 1 "the release in $1 is damaged." "Nothing was changed. Copy or download it again."
    }
}

# use_offline: apt knows the packages in that folder, and nothing else.
use_offline() {
    local folder=$offline file
    [[ ! -d $offline/packages ]] || folder=$offline/packages
    check_release "$offline"
    mkdir "$scratch/packages" "$scratch/lists"
    for file in "$folder"/*.deb; do
        [[ -e $file ]] || fail 64 "there are no packages (.deb) in $folder."
        ln -s "$(realpath "$file")" "$scratch/packages/"
        {
            dpkg-deb --field "$file"
            printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$(basename "$file")" "$(stat -L -c %s "$file")" \
                "$(sha256sum < "$file" | cut -d ' ' -f 1)"
        } >> "$scratch/packages/Packages"
    done
    chmod -R a+rX "$scratch"
    printf 'deb [trusted=yes] file:%s ./\n' "$scratch/packages" > "$scratch/offline.list"
    apt_options+=(-o Dir::Etc::SourceList="$scratch/offline.list" -o Dir::Etc::SourceParts=-
        -o Dir::State::Lists="$scratch/lists")
    apt_get update > "$scratch/apt.log" 2>&1 || {
        tail -n 5 "$scratch/apt.log" >&2
        fail 1 "the packages in $folder cannot be used; the lines above say why."
    }
}

# --- The installation: its steps -------------------------------------------------------------------------------------
# Each looks at the machine first and changes only what is not so yet: an installation that was interrupted goes on
# when it is run again, and a second one finds nothing to do.

steps=(program serial influxdb configuration database ftp service grafana resumption proof)
share=/usr/share/boxenergie
settings=/etc/boxenergie

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

# back_up: before an upgrade.
back_up() {
    active influxdb || return 0
    change "back everything up in /var/backups/boxenergie" save_everything
}

save_everything() {
    [[ -d /var/backups/boxenergie ]] || mkdir -m 700 /var/backups/boxenergie
    "$share/influx/backup" /var/backups/boxenergie > "$scratch/backup.log" 2>&1 || {
        tail -n 10 "$scratch/backup.log" >&2
        fail 1 "there is no backup, so nothing was upgraded; the lines above say why." "When that is mended, run this again."
    }
}

build_deb() {
    if [[ $dry_run == yes ]]; then
        change "build boxenergie from these sources, which takes a quarter of an hour or more on a Raspberry Pi"
        return 0
    fi
    install_packages "${packages_build[@]}" "${packages_swift[@]}" debhelper python3
    # The sources may be somebody's, from whom git would take nothing as root; what is built is his, too.
    GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*' \
        "$here/Sources/Packaging/build-deb" "$suite-$arch" ||
        fail 1 "the package of boxenergie could not be built; the lines above say why."
    chown -R --reference="$here" "$here"/.build*
    find_deb
}

# The header's serial port: on a Raspberry Pi Bluetooth has the good one, and a console may sit on it.
install_serial() {
    local boot=/boot/firmware word answer=no
    step "Serial ports"
    if [[ -n ${SUDO_USER:-} && $SUDO_USER != root ]]; then
        for word in dialout gpio; do
            if getent group "$word" > /dev/null && [[ " $(id -nG "$SUDO_USER") " != *" $word "* ]]; then
                change "let $SUDO_USER use it as a member of the group $word" join "$SUDO_USER" "$word"
            fi
        done
    fi
    reboot_needed=no
    if [[ $model != *"Raspberry Pi"* ]]; then
        say "This is no Raspberry Pi: no port has to be freed."
        return 0
    fi
    [[ -e $boot_folder$boot/config.txt ]] || boot=/boot
    boot=$boot_folder$boot
    [[ -e $boot/config.txt && -e $boot/cmdline.txt ]] || {
        say "There is no config.txt in /boot/firmware or /boot: the serial port stays as it is."
        return 0
    }
    if ! grep -qF "$block_begins" "$boot/config.txt"; then
        if [[ $tic_hat == ask ]]; then
            if [[ -t 0 && $yes == no ]]; then
                say "Is a TIC adapter plugged on the pins of the Raspberry Pi (a hat, not a USB dongle)?"
                say "Then it gets the serial port that Bluetooth has now, and Bluetooth is switched off."
                read -r -p "[y/N] " answer || answer=no
            else
                say "The serial port of the pins stays as it is. For a TIC hat: sudo $myself --tic-hat"
            fi
        else
            answer=$tic_hat
        fi
        [[ $answer == [yYoO]* ]] || return 0
        [[ -w $boot/config.txt ]] ||
            fail 1 "$boot can only be read, so the serial port cannot be given to the TIC adapter." \
            "Try: sudo mount -o remount,rw $boot; then run this again. If Linux made it so after errors of the card," \
            "dmesg says that, and a new card is needed."
        change "give the header's serial port to the TIC adapter ($boot/config.txt)" add_block "$boot/config.txt"
    fi
    # shellcheck disable=SC2013  # its words, not its lines
    for word in $(cat "$boot/cmdline.txt"); do
        case $word in
            console=serial0,* | console=ttyAMA0,* | console=ttyS0,*)
                change "take the console off the serial port ($boot/cmdline.txt: $word)" drop_word "$word" "$boot/cmdline.txt" ;;
        esac
    done
    if [[ $(cat "$journal_dir/boot-files-changed-in" 2> /dev/null) == "$(< /proc/sys/kernel/random/boot_id)" ]]; then
        reboot_needed=yes
        say "The machine must be started anew for that. First everything else."
    else
        say "The header's serial port belongs to the TIC adapter."
    fi
}

join() {
    remember member "$1 $2"
    usermod --append --groups "$2" "$1"
}

block_begins='# boxenergie: the serial port of the header is for the TIC adapter'
block_ends='# boxenergie: end'

add_block() {
    remember block "$1"
    {
        # shellcheck disable=SC1003  # sed's way to end the last line
        sed '$a\' "$1"
        printf '%s\n[all]\nenable_uart=1\n' "$block_begins"
        # A Raspberry Pi 5 has a port of its own for Bluetooth.
        case $model in *"Raspberry Pi 5"*) printf 'dtparam=uart0=on\n' ;; *) printf 'dtoverlay=disable-bt\n' ;; esac
        printf '%s\n' "$block_ends"
    } > "$1.boxenergie-new"
    replace_boot_file "$1"
}

drop_word() {
    remember word "$1 $2"
    tr ' ' '\n' < "$2" | grep -vxF -- "$1" | paste -sd ' ' > "$2.boxenergie-new"
    replace_boot_file "$2"
}

# The boot partition knows no owners. What is changed there counts from the next start of the machine on.
replace_boot_file() {
    cat /proc/sys/kernel/random/boot_id > "$journal_dir/boot-files-changed-in"
    sync "$1.boxenergie-new"
    mv -f "$1.boxenergie-new" "$1"
    sync "$1"
}

install_influxdb() {
    step "The database server"
    case $influx_state in
        open | closed)
            say "The InfluxDB of this machine stays as it is."
            return 0 ;;
    esac
    # Before the first start: the package's own settings let in the whole network without a password. InfluxData's unit
    # waits until all of the data are open, and systemd would end it after 90 s.
    write_file /etc/systemd/system/influxdb.service.d/boxenergie.conf 644 root:root "# Written by boxenergie's install.sh. What you set in /etc/default/influxdb wins.
[Service]
EnvironmentFile=
EnvironmentFile=$share/influx/influxdb.env
EnvironmentFile=-/etc/default/influxdb
TimeoutStartSec=15min"
    if installed influxdb && have influx; then
        say "InfluxDB $(dpkg-query -W -f='${Version}' influxdb) is installed"
    elif [[ $influx_from == influxdata ]]; then
        add_influxdata
    else
        add_packages "InfluxDB from Debian" --no-install-recommends influxdb influxdb-client
    fi
    keep_running influxdb /etc/systemd/system/influxdb.service.d/boxenergie.conf "$share/influx/influxdb.env" /etc/default/influxdb
    [[ $dry_run == no ]] || return 0
    wait_for 120 influx_answers || {
        journalctl --no-pager --unit influxdb --lines 15 >&2 || true
        fail 69 "InfluxDB does not answer on 127.0.0.1:8086; its last words are above."
    }
    say "InfluxDB runs, for this machine only"
}

# add_influxdata: InfluxDB with its client, in one package. It has been tried with a stand-in of the version 1.12 only.
add_influxdata() {
    local version='' site=$influxdata_site/debian
    if add_repository influxdata "$site" "$influxdata_key_url" "$influxdata_key" 'stable main'; then
        if [[ $dry_run == yes ]]; then
            add_packages "InfluxDB from InfluxData"
            return 0
        fi
        version=$(apt-cache "${apt_options[@]}" show influxdb 2> /dev/null | awk -v RS='' '
            !found && !/\nMaintainer: [^\n]*debian\.org/ && match($0, /\nVersion: [^\n]*/) {
                found = substr($0, RSTART + 10, RLENGTH - 10)
            }
            END { print found }')
        if [[ $version == 1.* ]]; then
            add_packages "InfluxDB $version from InfluxData" --no-install-recommends "influxdb=$version"
            return 0
        fi
        repository_reason="${offline:-$site} has no InfluxDB 1 for $arch"
    fi
    fail 69 "InfluxData's repository cannot be used: $repository_reason." \
        "When that is mended, this finishes the work: sudo $myself$asked" \
        "Debian's own InfluxDB does as well: leave --influx=influxdata out."
}

# fingerprints: of the primary keys in what gpg --with-colons says.
fingerprints() { awk -F : '$1 == "pub" { primary = 1 } $1 == "fpr" && primary { print $10; primary = 0 }'; }

# add_repository NAME SITE KEY_URL FINGERPRINT WORDS: of somebody else; on failure repository_reason says why.
add_repository() {
    local key="/etc/apt/keyrings/boxenergie-$1.asc" list="/etc/apt/sources.list.d/boxenergie-$1.list" found source
    source="deb [signed-by=$key] $2 $5"
    repository_reason=''
    [[ ! -e $list && -z $offline ]] || return 0
    # With two keys for one address apt would refuse to work at all.
    if grep -rqsE "^[^#]*$2" /etc/apt/sources.list /etc/apt/sources.list.d; then
        say "$2 is among this machine's sources of packages already."
        [[ $dry_run == yes ]] || update_apt_lists
        return 0
    fi
    if [[ $dry_run == yes ]]; then
        change "add the repository $2 with its key ($list, $key)"
        return 0
    fi
    curl --fail --silent --show-error --location --retry 2 --connect-timeout 20 --max-time 30 \
        --output "$scratch/key.asc" "$3" 2> "$scratch/curl.log" || {
        repository_reason="$3 could not be fetched ($(tail -n 1 "$scratch/curl.log"))"
        return 1
    }
    have gpg || install_packages gpg
    (umask 077 && rm -rf "$scratch/gpg" && mkdir "$scratch/gpg")
    found=$(gpg --batch --homedir "$scratch/gpg" --show-keys --with-colons "$scratch/key.asc" 2> /dev/null |
        fingerprints)
    if [[ $found != *"$4"* ]]; then
        repository_reason="its key has changed: $4 is expected, and $3 has ${found:-no key}"
        return 1
    fi
    # Only that one: apt would trust each key of the file.
    gpg --batch --quiet --homedir "$scratch/gpg" --import "$scratch/key.asc" 2> /dev/null || true
    write_file "$key" 644 root:root "$(gpg --batch --homedir "$scratch/gpg" --armor --export "$4")"
    say "$source" > "$scratch/$1.list"
    apt_get -o Dir::Etc::SourceList="$scratch/$1.list" -o Dir::Etc::SourceParts=- -o APT::Get::List-Cleanup=0 update \
        > "$scratch/apt.log" 2>&1 || say 'E: apt-get update failed' >> "$scratch/apt.log"
    if grep -q '^[WE]:' "$scratch/apt.log"; then
        repository_reason="$2 could not be read ($(grep -m 1 '^[WE]:' "$scratch/apt.log"))"
        return 1
    fi
    write_file "$list" 644 root:root "$source"    # the last: interrupted, all of this is done again
}

# The first configuration; one that somebody edited is never touched.
install_configuration() {
    local file=$settings/boxenergie.toml blocks='' text
    step "The configuration"
    if [[ $dry_run == yes ]] && ! installed boxenergie; then
        change "look for meters and write $file"
        return 0
    fi
    if ! configuration_is_new "$file"; then
        say "$file is there and stays as it is"
        return 0
    fi
    if [[ $reboot_needed == yes ]]; then
        say "The meters are looked for after the restart."
    else
        say "Looking for meters on the serial ports; each may take a minute."
        blocks=$(timeout 600 boxenergie probe 2> "$scratch/probe.log" || true)
        sed 's/^/  /' "$scratch/probe.log"
    fi
    text=$(sed 's/^# username = "writer"/username = "writer"/; s/^# password_file = /password_file = /' "$settings/boxenergie.toml")
    if [[ $text != *$'\n[site]\n'* && $zone != Europe/Paris ]]; then
        text+=$'\n\n[site]\n'"timezone = \"$zone\"             # where days begin"
    fi
    [[ -z $blocks ]] || text+=$'\n\n# Found by install.sh on '"$(date +%F)"$'.\n\n'"$blocks"
    [[ $text != "$(< "$file")" ]] || return 0
    change "write $file" write_configuration "$file" "$text"
}

# configuration_is_new FILE: as the package brought it, or as we wrote it, without a meter.
configuration_is_new() {
    local sum
    [[ -e $1 ]] || return 1
    sum=$(md5sum < "$1" | cut -d ' ' -f 1)
    # shellcheck disable=SC2016  # dpkg's own variable
    if dpkg-query -W -f='${Conffiles}\n' boxenergie | grep -qF " $1 $sum"; then return 0; fi
    journaled configuration "$sum" && ! grep -q '^\[source\.' "$1"
}

write_configuration() {
    printf '%s\n' "$2" > "$1.boxenergie-new"
    boxenergie check "$1.boxenergie-new" > "$scratch/check.log" || {
        rm -f "$1.boxenergie-new"
        cat "$scratch/check.log" >&2
        fail 1 "the configuration that was made of what was found is not right." "Please report the lines above; and write $1 by hand."
    }
    remember configuration "$(md5sum < "$1.boxenergie-new" | cut -d ' ' -f 1)"
    sync "$1.boxenergie-new"
    mv -f "$1.boxenergie-new" "$1"
}

reader_file=$settings/grafana-influx.pass

install_database() {
    local admin=admin file=$settings/influx-admin.password provision=() create=(--create-admin) password
    step "The database"
    if [[ $dry_run == yes ]] && ! installed boxenergie; then
        change "make the database boxenergie with its policies and users"
        return 0
    fi
    if [[ $influx_state == closed ]]; then
        admin=${influx_admin%%:*} file=${influx_admin#*:} create=()
    elif [[ $influx_state == open ]]; then
        file=''
    fi
    for password in "$reader_file" "$settings/influx.password" $file; do
        [[ -e $password ]] || change "write a new password to $password" new_password "$password"
    done
    provision=(boxenergie provision --reader "reader:$reader_file")
    [[ -z $file ]] || provision+=(--admin "$admin" --admin-password-file "$file")
    if "${provision[@]}" --check > "$scratch/provision.log" 2>&1 || only_its_door_is_open; then
        say "The database boxenergie is as it should be"
    else
        if [[ $influx_state == open || $influx_state == closed ]] && ! journaled database boxenergie; then
            ! grep '^differs  user ' "$scratch/provision.log" >&2 ||
                fail 69 "somebody else's user of that name is in this machine's InfluxDB, and stays as it is." \
                "When nobody needs that user any more, take it away (in the program influx: DROP USER), then run this again."
            if [[ $dry_run == no ]] && grep -q '^missing  database' "$scratch/provision.log"; then
                remember database boxenergie
            fi
        fi
        [[ -z $file ]] || provision+=("${create[@]}")
        change "make the database boxenergie, its policies and its users" prepare_database "${provision[@]}"
    fi
    if getent passwd boxenergie > /dev/null; then owned 600 boxenergie:boxenergie "$settings/influx.password"; fi
}

# A server that was there before may ask nobody for a password; that is not ours to change, doctor tells of it.
only_its_door_is_open() {
    [[ $influx_state == open && $(grep -c '^\(missing\|differs\) ' "$scratch/provision.log") == 1 ]] &&
        grep -q "^differs  the server's door" "$scratch/provision.log"
}

prepare_database() {
    "$@" > "$scratch/provision.log" 2>&1 || {
        tail -n 15 "$scratch/provision.log" >&2
        fail 1 "the database could not be prepared; the lines above say why." "When that is mended, run this again."
    }
    sed 's/^/  /' "$scratch/provision.log"
}

install_service() {
    step "The service"
    if [[ $dry_run == yes ]] && ! installed boxenergie; then
        change "start boxenergie, now and with the machine"
        return 0
    fi
    if ! grep -q '^\[source\.' "$settings/boxenergie.toml"; then
        say "No meter is configured yet, so it does not run."
        return 0
    fi
    # The folder for files is there for a service that starts after it.
    keep_running boxenergie /etc/systemd/system/boxenergie-ftp.service
    say "boxenergie reads: $(sed -n 's/^\[source\.\([^].]*\)\]/\1/p' "$settings/boxenergie.toml" | paste -sd ' ')"
}

# Devices that send files: an FTP server with one user, who sees one folder and can do nothing else here.
install_ftp() {
    local user=boxenergie-ftp file=$settings/ftp.conf unit=/etc/systemd/system/boxenergie-ftp.service
    [[ $ftp == yes ]] || return 0
    step "The folder for files (FTP)"
    if [[ $dry_run == yes ]] && ! installed boxenergie; then
        change "install vsftpd for the user $user and the folder /srv/ftp/in"
        return 0
    fi
    # Debian's own service would let in every user of the machine.
    if ! installed vsftpd; then
        [[ -e /etc/systemd/system/vsftpd.service ]] || change "keep vsftpd's own service off" mask_vsftpd
        add_packages "vsftpd, an FTP server" --no-install-recommends vsftpd
    fi
    getent passwd "$user" > /dev/null || change "make the user $user" add_ftp_user
    [[ -d /srv/ftp/in ]] || change "make the folder /srv/ftp/in" make_ftp_folder
    owned 2770 "$user:boxenergie" /srv/ftp/in
    [[ -e $settings/ftp.password ]] || change "write a new password to $settings/ftp.password" new_password "$settings/ftp.password"
    if [[ $dry_run == no && $(passwd --status "$user" | cut -d ' ' -f 2) != P ]]; then
        change "give it to $user" give_ftp_password
    fi
    write_file /etc/pam.d/boxenergie-ftp 644 root:root "# Written by boxenergie's install.sh: a password, and no shell.
auth required pam_unix.so
account required pam_unix.so
session required pam_unix.so"
    write_file "$settings/ftp.users" 644 root:root "$user"
    write_file "$file" 644 root:root "# Written by boxenergie's install.sh, for the service boxenergie-ftp.
listen=YES
listen_ipv6=NO
anonymous_enable=NO
local_enable=YES
write_enable=YES
chroot_local_user=YES
local_umask=007
userlist_enable=YES
userlist_deny=NO
userlist_file=$settings/ftp.users
pam_service_name=boxenergie-ftp
pasv_min_port=40000
pasv_max_port=40010
max_clients=10
max_per_ip=4
idle_session_timeout=300
secure_chroot_dir=/run/vsftpd/empty"
    write_file "$unit" 644 root:root "[Unit]
Description=Files of values from devices, for boxenergie
After=network.target

[Service]
RuntimeDirectory=vsftpd/empty
ExecStart=/usr/sbin/vsftpd $file
Restart=always
RestartSec=10
ProtectSystem=strict
ReadWritePaths=/srv/ftp
ProtectHome=yes
PrivateTmp=yes
MemoryMax=64M

[Install]
WantedBy=multi-user.target"
    keep_running boxenergie-ftp "$file" "$unit" /etc/pam.d/boxenergie-ftp
    [[ $dry_run == no ]] || return 0
    # A backup that was restored brings another password.
    wait_for 15 ftp_takes_a_file ||
        { change "give the password in $settings/ftp.password to $user" give_ftp_password && ftp_takes_a_file; } ||
        fail 1 "the FTP server does not take a file." "Its words: sudo journalctl -u boxenergie-ftp"
    say "A device sends to this machine's address as $user, into the folder in; sudo cat $settings/ftp.password"
    say "Its files are read with folder = \"/srv/ftp/in\": boxenergie sources csv"
}

mask_vsftpd() {
    [[ -d /srv/ftp ]] || remember folder /srv/ftp               # its package makes these
    getent passwd ftp > /dev/null || remember account ftp
    remember created /etc/systemd/system/vsftpd.service
    ln -s /dev/null /etc/systemd/system/vsftpd.service
}

add_ftp_user() {
    remember account boxenergie-ftp
    useradd --system --gid boxenergie --home-dir /srv/ftp --no-create-home --shell /usr/sbin/nologin boxenergie-ftp
}

make_ftp_folder() {
    make_folder /srv/ftp
    remember data /srv/ftp/in
    mkdir /srv/ftp/in
}

give_ftp_password() { printf 'boxenergie-ftp:%s\n' "$(< "$settings/ftp.password")" | chpasswd; }

ftp_takes_a_file() {
    local ask=(curl --silent --fail --max-time 10 --config)
    "${ask[@]}" <(as_user boxenergie-ftp "$settings/ftp.password") --upload-file /etc/hostname ftp://127.0.0.1/in/.try &&
        "${ask[@]}" <(as_user boxenergie-ftp "$settings/ftp.password") --quote 'DELE in/.try' --list-only ftp://127.0.0.1/in/
}

# Grafana is the one part that comes from elsewhere. Without it everything else works; grafana_reason says why it lacks.
install_grafana() {
    local dropin=/etc/systemd/system/grafana-server.service.d/boxenergie.conf foreign=no files=() dashboards
    step "Grafana"
    if [[ $grafana == no ]]; then
        say "Left out, as wished."
        return 0
    fi
    if has_grafana && ! ours grafana; then
        foreign=yes
        say "The Grafana of this machine keeps its settings; it gets the data source and the dashboards."
    elif ! has_grafana; then
        fetch_grafana || return 0
    fi
    installed sqlite3 || add_packages "sqlite3, which backs Grafana up" --no-install-recommends sqlite3
    if [[ $dry_run == yes ]] && ! has_grafana; then
        change "write the settings of Grafana ($dropin) and its password ($admin_file, $first_password)"
        change "write /etc/grafana/provisioning/datasources/boxenergie.yaml and /etc/grafana/provisioning/dashboards/boxenergie.yaml"
        change "start Grafana, now and with the machine"
        return 0
    fi

    if [[ $foreign == no ]]; then
        grafana_settings
        write_file "$dropin" 644 root:root "$grafana_dropin"
        files+=("$dropin")
        # Only its very first start takes a password.
        if [[ ! -e /var/lib/grafana/grafana.db || -e $first_password ]]; then
            [[ -e $admin_file ]] || change "write a new password to $admin_file" new_password "$admin_file"
            [[ -e $first_password ]] || change "tell Grafana that password at its first start" tell_password
        fi
    fi
    owned 640 root:grafana "$reader_file"
    place_dashboards
    write_file /etc/grafana/provisioning/datasources/boxenergie.yaml 640 root:grafana "$(< "$share/grafana/provisioning/datasources/boxenergie.yaml")"
    write_file /etc/grafana/provisioning/dashboards/boxenergie.yaml 640 root:grafana \
        "$(sed "s|/usr/share/boxenergie/dashboards|$dashboards|" "$share/grafana/provisioning/dashboards/boxenergie.yaml")"
    files+=(/etc/grafana/provisioning/datasources/boxenergie.yaml /etc/grafana/provisioning/dashboards/boxenergie.yaml)
    keep_running grafana-server "${files[@]}"
    [[ $dry_run == no ]] || return 0
    grafana_answers || say "Waiting for Grafana; its first start takes a minute or two on a Raspberry Pi."
    wait_for 240 grafana_answers || {
        grafana_reason="it does not answer on port $grafana_port (sudo journalctl -u grafana-server says more)"
        say "$grafana_reason"
        return 0
    }
    if [[ -e $first_password ]]; then change "forget the note of the password" rm -f "$first_password"; fi
    [[ $foreign == yes ]] || verify_grafana
}

grafana_series=12.4                           # what these dashboards are made for
admin_file=$settings/grafana-admin.password
first_password=$settings/grafana-first-start.env
grafana_reason=''

fetch_grafana() {
    local found
    write_file /etc/apt/preferences.d/boxenergie-grafana 644 root:root "# Written by boxenergie's install.sh: newer ones have not been tried with its dashboards.
Package: grafana
Pin: version $grafana_series.*
Pin-Priority: 1001"
    add_repository grafana "$grafana_site" "$grafana_key_url" "$grafana_key" 'stable main' || {
        grafana_reason=$repository_reason
        say "Grafana could not be installed: $grafana_reason."
        return 1
    }
    found=$(apt_get_policy grafana)
    if [[ $dry_run == no && -z $found ]]; then
        grafana_reason="there is no package grafana in ${offline:-$grafana_site}"
        say "Grafana could not be installed: $grafana_reason."
        return 1
    fi
    [[ $dry_run == yes || $found == "$grafana_series".* ]] ||
        say "Grafana $grafana_series is not to be had any more: $found comes instead, which nobody has tried with these dashboards."
    add_packages "Grafana${found:+ $found}" --no-install-recommends grafana
}

# apt_get_policy PACKAGE: the version that would be installed.
apt_get_policy() {
    apt-cache "${apt_options[@]}" policy "$1" 2> /dev/null | sed -n 's/^ *Candidate: *//p' | grep -vx '(none)' || true
}

# grafana_settings: sets grafana_dropin. In a drop-in the package's own file stays untouched, and no upgrade asks.
grafana_settings() {
    local memory='' open=false
    # Once wished, it stays so; also after the restart for a TIC hat.
    if [[ $anonymous == yes ]] || grep -qs ANONYMOUS_ENABLED=true "$dropin"; then open=true; fi
    (($(awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo) > 1100)) || memory=$'\nEnvironment=GOMEMLIMIT=180MiB'
    grafana_dropin="# Written by boxenergie's install.sh. For settings of your own: sudo systemctl edit grafana-server
[Service]
EnvironmentFile=-$first_password
Environment=GF_AUTH_ANONYMOUS_ENABLED=$open
Environment=GF_AUTH_ANONYMOUS_ORG_ROLE=Viewer
Environment=GF_USERS_ALLOW_SIGN_UP=false
Environment=GF_USERS_DEFAULT_LANGUAGE=fr-FR
Environment=GF_DATE_FORMATS_DEFAULT_TIMEZONE=$(dashboard_zone)
Environment=GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH=$(dashboard_folder)/boxenergie-maintenant.json
Environment=GF_ANALYTICS_REPORTING_ENABLED=false
Environment=GF_ANALYTICS_CHECK_FOR_UPDATES=false
Environment=GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES=false
Environment=GF_NEWS_NEWS_FEED_ENABLED=false
Environment=GF_SECURITY_DISABLE_GRAVATAR=true
Environment=GF_PLUGINS_PREINSTALL_DISABLED=true
Environment=GF_PLUGINS_PREINSTALL_AUTO_UPDATE=false
Environment=GF_DATABASE_WAL=true
Environment=GF_UNIFIED_ALERTING_ENABLED=false
Environment=GF_LOG_LEVEL=warn$memory"
}

tell_password() {
    remember created "$first_password"
    (umask 077 && printf 'GF_SECURITY_ADMIN_PASSWORD=%s\n' "$(< "$admin_file")" > "$first_password")
}

dashboard_zone() {
    local found
    found=$(sed -n 's/^timezone *= *"\([^"]*\)".*/\1/p' "$settings/boxenergie.toml" | head -n 1)
    say "${found:-Europe/Paris}"
}

dashboard_folder() { if [[ $(dashboard_zone) == Europe/Paris ]]; then say "$share/dashboards"; else say "$settings/dashboards"; fi; }

# place_dashboards: sets dashboards to the folder that has those of the configured time zone.
place_dashboards() {
    local file zone
    dashboards=$(dashboard_folder)
    [[ $dashboards != "$share/dashboards" ]] || return 0
    zone=$(dashboard_zone)
    for file in "$share"/dashboards/*.json; do
        write_file "$dashboards/${file##*/}" 644 root:root "$(sed "s|Europe/Paris|$zone|g" "$file")"
    done
}

# port_of_grafana: as its settings say; somebody's Grafana may have another than the usual one.
port_of_grafana() {
    awk -F '[[:space:]]*=[[:space:]]*' '
        /^\[/ { here = /^\[server\]/ }
        here && $1 == "http_port" && $2 ~ /^[0-9]+$/ { port = $2 }
        END { print port ? port : 3000 }' <<< "$(cat /etc/grafana/grafana.ini 2> /dev/null)"
}

grafana_answers() { [[ $(curl --silent --max-time 5 "http://127.0.0.1:$grafana_port/api/health") == *'"database"'*'"ok"'* ]]; }

# ask_grafana PATH [JSON]: as its administrator.
ask_grafana() {
    curl --silent --show-error --fail-with-body --max-time 30 --config <(as_user admin "$admin_file") \
        ${2:+--header 'Content-Type: application/json' --data "$2"} "http://127.0.0.1:$grafana_port$1" 2>&1
}

# verify_grafana: through its own interface, as a browser would.
verify_grafana() {
    local answer wanted
    answer=$(ask_grafana /api/datasources/uid/boxenergie-influxdb/health || true)
    [[ $answer == *'"OK"'* ]] || {
        if [[ $answer == *'nvalid username or password'* || $answer == *401* ]]; then
            say "Grafana has another password than $admin_file, so the dashboards could not be checked."
            say "If you changed it in Grafana, write it there, too."
            say "Or give Grafana that one: sudo $share/grafana/reset-password"
        else
            grafana_reason="its data source does not work: $answer"
            say "$grafana_reason"
        fi
        return 0
    }
    wanted=$(find "$share/dashboards" -name '*.json' | wc -l)
    # It reads them after its first answer.
    wait_for 60 all_dashboards_are_there "$wanted" || {
        grafana_reason="it does not show all of the $wanted dashboards (sudo journalctl -u grafana-server says why)"
        say "$grafana_reason"
        return 0
    }
    # shellcheck disable=SC2016  # Grafana's own variable
    answer=$(ask_grafana /api/ds/query '{"from": "now-1h", "to": "now", "queries": [{"refId": "A", "datasource":
        {"uid": "boxenergie-influxdb"}, "rawQuery": true, "resultFormat": "time_series",
        "query": "SELECT last(\"uptime_s\") FROM \"raw\".\"box\" WHERE $timeFilter"}]}' || true)
    [[ $answer == *'"frames"'* ]] || {
        grafana_reason="a panel's query failed: $answer"
        say "$grafana_reason"
        return 0
    }
    say "Grafana works: the data source answers, and so do its $wanted dashboards."
}

all_dashboards_are_there() { (($(ask_grafana '/api/search?type=dash-db' | grep -o '"uid": *"boxenergie-' | wc -l) == $1)); }

# After the restart that the serial port needs, the same goes on by itself, once.
install_resumption() {
    local unit=/etc/systemd/system/boxenergie-install.service option=''
    if [[ $reboot_needed == no ]]; then
        if [[ -e $unit ]] && [[ $dry_run == no ]]; then
            systemctl --quiet disable boxenergie-install.service
            rm -f "$unit"
        fi
        return 0
    fi
    [[ $grafana == yes ]] || option=' --no-grafana'
    [[ -z $influx_admin ]] || option+=" --influx-admin \"${influx_admin//%/%%}\""
    write_file "$unit" 644 root:root "[Unit]
Description=The rest of boxenergie's installation
After=network-online.target influxdb.service
Wants=network-online.target

[Service]
Type=oneshot
ExecStart=$share/install.sh --yes$option

[Install]
WantedBy=multi-user.target"
    enabled boxenergie-install.service || change "go on by itself after the restart" enable_resuming
}

enable_resuming() {
    systemctl daemon-reload
    systemctl --quiet enable boxenergie-install.service
}

# The last word: does a reading arrive?
install_proof() {
    step "The first readings"
    if [[ $dry_run == yes ]]; then
        say "Then it waits for the first reading. This was a dry run: nothing was changed."
        return 0
    fi
    if ! active boxenergie; then
        say "No meter is read yet."
    elif wait_for 150 has_readings; then
        say "Readings arrive in the database."
    else
        say "No reading arrived within 150 s:"
        if ! boxenergie status > "$scratch/status.log" 2>&1 || grep -q 'last trouble' "$scratch/status.log"; then
            readings_arrive=no
        else
            say "Nothing failed. Each source waits for its device to speak, as those do that send by themselves or sleep:"
        fi
        sed 's/^/  /' "$scratch/status.log"
    fi
}

readings_arrive=yes
# has_readings: a meter was read just now, and the box's own count of its readings can be read by Grafana's user.
has_readings() {
    boxenergie status 2> /dev/null |
        awk -F 'last reading ' 'NF > 1 && $2 ~ /^[0-9]/ && $2 + 0 <= 150 { found = 1 } END { exit !found }' || return 1
    curl --silent --fail --max-time 5 --get --header 'Accept: application/csv' http://127.0.0.1:8086/query \
        --config <(as_user reader "$reader_file") --data-urlencode db=boxenergie \
        --data-urlencode 'q=SELECT max("reads") FROM "raw"."source" WHERE time > now() - 3m' |
        awk -F , 'NR > 1 && $4 > 0 { found = 1 } END { exit !found }'
}

# --- The installation: from beginning to end -------------------------------------------------------------------------

install_box() {
    local name address
    open_journal
    step "What is here"
    check_release "$here"
    [[ -z $offline ]] || use_offline
    look_at_machine
    if [[ $dry_run == no && $yes == no ]]; then
        [[ -t 0 ]] || fail 64 "there is nobody to ask." "With --yes nothing is asked; --dry-run shows what would be done."
        read -r -p "Go on? [Y/n] " name || name=n
        [[ -z $name || $name == [yYoO]* ]] || { say "Nothing was changed."; exit 0; }
    fi
    for name in "${steps[@]}"; do
        "install_$name"
        [[ ${BOXENERGIE_STOP_AFTER:-} != "$name" ]] || kill -KILL $$   # for tests: a power cut
    done
    [[ $dry_run == no ]] || return 0

    step "Done"
    ((changes > 0)) || say "Everything is in place: nothing was changed."
    address=$(hostname -I 2> /dev/null | awk '{ print $1 ~ /:/ ? "[" $1 "]" : $1 }')
    if [[ $grafana == yes && -z $grafana_reason ]]; then
        say "Look at it:     http://${address:-127.0.0.1}:$grafana_port from any device in your network"
        [[ ! -e $admin_file ]] || say "Log in as:      admin; the password is shown by: sudo cat $admin_file"
    fi
    say "How it does:    boxenergie status; and when something is wrong: sudo boxenergie doctor"
    say "Configuration:  $settings/boxenergie.toml; after a change: sudo systemctl reload boxenergie"
    [[ $reboot_needed == yes ]] || grep -q '^\[source\.' "$settings/boxenergie.toml" || {
        say ""
        say "No meter was found. Plug its adapter in and run this again, or name it in $settings/boxenergie.toml:"
        say "boxenergie sources teleinfo shows how for the Linky. Then: sudo systemctl restart boxenergie"
    }
    if [[ $reboot_needed == yes ]]; then
        say ""
        say "Now start the machine anew: sudo reboot"
        say "It then looks for the meters by itself and writes the configuration; journalctl -u boxenergie-install tells."
        exit 3
    fi
    if [[ -n $grafana_reason ]]; then
        say ""
        say "All but Grafana: $grafana_reason."
        say "When that is mended, this finishes the work: sudo $myself$asked"
        exit 2
    fi
    if ! boxenergie doctor > "$scratch/doctor.log" 2>&1; then
        say ""
        say "boxenergie doctor found this:"
        awk '/^[^ ]|^  [a-z]/ { wrong = /^  wrong/ } wrong' "$scratch/doctor.log"
    fi
    [[ $readings_arrive == yes ]] ||
        fail 1 "no reading arrives, although a meter was found." "sudo boxenergie doctor says what to look at."
}

# --- The way back ----------------------------------------------------------------------------------------------------

uninstall() {
    local kind what packages=() answer
    open_journal
    [[ -s $journal ]] || fail 1 "nothing is known of an installation by this script." \
        "A package that you installed yourself goes with: sudo apt-get remove boxenergie"
    step "What goes"
    mapfile -t packages < <(sed -n 's/^package\t//p' "$journal")
    say "Packages: ${packages[*]:-none}"
    say "Files:    $(grep -c -P '^(created|changed|block|word)\t' "$journal" || true), which are removed or become what they were"
    if [[ $purge == yes ]]; then
        say "And with --purge ALL READINGS, settings, passwords, and the backups in /var/backups/boxenergie."
    else
        say "Readings, settings and passwords stay; --purge would delete them, too."
    fi
    if [[ $dry_run == no && $yes == no ]]; then
        [[ -t 0 ]] || fail 64 "there is nobody to ask." "With --yes nothing is asked."
        read -r -p "Go on? [y/N] " answer || answer=n
        [[ $answer == [yYoO]* ]] || { say "Nothing was changed."; exit 0; }
    fi
    step "Removing"
    if [[ $dry_run == yes ]]; then
        while IFS=$'\t' read -r kind what; do say "would undo: $kind $what"; done < <(tac "$journal")
        return 0
    fi
    if [[ $purge == yes ]]; then drop_database; else install -m 755 "$here/install.sh" "$journal_dir/"; fi
    while read -r what; do
        systemctl --quiet disable --now "$what" 2> /dev/null || true
    done < <(sed -n 's|^created\t/etc/systemd/system/\([^/]*\.service\)$|\1|p' "$journal")
    remove_packages
    while IFS=$'\t' read -r kind what; do
        case $kind in
            package | residue) continue ;;
            secret | data | account | group | database | configuration) [[ $purge == yes ]] || continue ;;
        esac
        undo "$kind" "$what"
        forget "$kind" "$what"
    done < <(tac "$journal")
    systemctl daemon-reload
    systemctl try-restart grafana-server 2> /dev/null || true   # one that was there before forgets our dashboards
    if [[ $purge == yes ]]; then
        rm -rf "$settings" /var/backups/boxenergie /var/lib/boxenergie "$journal_dir"
        say "Nothing of it is left."
    else
        rm -rf "$journal_dir/originals"
        say "Your readings and settings are still here. To delete them: sudo $journal_dir/install.sh --uninstall --purge"
    fi
}

# remove_packages: those of the journal, but for what something else needs by now. A package that somebody installed
# again after it was removed here is his.
remove_packages() {
    local package going=() others
    for package in ${packages[@]+"${packages[@]}"}; do
        others=$(apt_get --simulate remove "$package" 2> /dev/null | sed -n 's/^Remv \([^ ]*\).*/\1/p' |
            grep -vxF -f <(printf '%s\n' "${packages[@]}") || true)
        if [[ -n $others ]]; then
            say "- $package stays: ${others//$'\n'/, } needs it"
        elif installed "$package"; then
            going+=("$package")
        fi
    done
    if ((${#going[@]} > 0)); then
        say "- remove ${going[*]}"
        # InfluxData's package leaves its service switched on.
        if journaled created /etc/apt/sources.list.d/boxenergie-influxdata.list; then
            systemctl --quiet disable --now influxdb 2> /dev/null || true
        fi
        apt_get_away remove "${going[@]}"
    fi
    for package in ${packages[@]+"${packages[@]}"}; do
        case $package in
            boxenergie | influxdb | grafana)
                if left_something "$package" || [[ -d /var/lib/$package ]]; then remember residue "$package"; fi ;;
            *)
                ! left_something "$package" || apt_get_away purge "$package" ;;
        esac
        forget package "$package"
    done
    [[ $purge == yes ]] || return 0
    mapfile -t going < <(sed -n 's/^residue\t//p' "$journal")
    for package in ${going[@]+"${going[@]}"}; do
        if ! installed "$package"; then
            ! left_something "$package" || apt_get_away purge "$package"
            # Grafana's package and InfluxData's leave these even then.
            case $package in
                grafana) rm -rf /etc/grafana /var/lib/grafana /var/log/grafana ;;
                influxdb) rm -rf /etc/influxdb /etc/default/influxdb /var/lib/influxdb /var/log/influxdb ;;
            esac
        fi
        forget residue "$package"
    done
}

left_something() { [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2> /dev/null || true) == config-files ]]; }

apt_get_away() {
    apt_get --yes "$@" > "$scratch/apt.log" 2>&1 < /dev/null || {
        tail -n 20 "$scratch/apt.log" >&2
        fail 1 "apt could not $1 the packages; the lines above say why." "Run this again when that is mended."
    }
}

undo_boot_file() {
    local path=${2##* } word=${2%% *}
    if [[ $1 == block ]]; then
        say "- take our lines out of $path"
        sed "/^$block_begins\$/,/^$block_ends\$/d" "$path" > "$path.boxenergie-new"
        replace_boot_file "$path"
    elif [[ " $(< "$path") " != *" $word "* ]]; then
        say "- put $word back into $path"
        printf '%s %s\n' "$word" "$(< "$path")" > "$path.boxenergie-new"
        replace_boot_file "$path"
    fi
}

# drop_database: ours on a server that stays.
drop_database() {
    local name statement
    name=$(sed -n 's/^database\t//p' "$journal")
    [[ -n $name ]] || return 0
    for statement in "DROP DATABASE \"$name\"" 'DROP USER "writer"' 'DROP USER "reader"'; do
        say "- $statement"
        curl --silent --fail --max-time 120 --output /dev/null http://127.0.0.1:8086/query \
            --config <([[ -z $influx_admin ]] || as_user "${influx_admin%%:*}" "${influx_admin#*:}") --data-urlencode "q=$statement" ||
            fail 69 "InfluxDB did not take that." \
            "It must run; and when it asks for a user, add: --influx-admin NAME:FILE"
    done
}

undo() {
    local path=${2#* }
    case $1 in
        created)
            rm -f "$2" "$2.boxenergie-new" ;;
        changed)
            say "- bring back $path"
            mkdir -p "$(dirname "$path")"
            cp -a "$journal_dir/originals/${2%% *}" "$path.boxenergie-new"
            mv -f "$path.boxenergie-new" "$path" ;;
        folder)
            if [[ -d $2 ]]; then rmdir --ignore-fail-on-non-empty "$2"; fi ;;
        secret)
            rm -f "$2" "$2.boxenergie-new" ;;
        data)
            rm -rf "$2" ;;
        block | word)
            path=${2##* }
            if [[ -e $path ]]; then undo_boot_file "$@"; else say "- $path is gone: nothing to undo there"; fi ;;
        member)
            gpasswd --delete "${2%% *}" "$path" > /dev/null || true ;;
        account)
            ! getent passwd "$2" > /dev/null || userdel "$2" 2> /dev/null || true ;;
        group)
            ! getent group "$2" > /dev/null || groupdel "$2" 2> /dev/null || true ;;
    esac
}

main() {
    local mode=install extra=() demo_only=''
    yes=no dry_run=no seconds=0 demo_dir=$PWD/demo locked=no running=no
    asked=$( (($# == 0)) || printf ' %q' "$@")     # for people to type again
    purge=no upgrade=no offline='' grafana=yes anonymous=no ftp=no influx_from=debian influx_admin='' tic_hat=ask
    read -ra extra <<< "${BOXENERGIE_DEMO_ARGS:-}"   # more options, for tests that run the README's words
    set -- "$@" ${extra[@]+"${extra[@]}"}
    while (($# > 0)); do
        case $1 in
            --demo) mode=demo ;;
            --demo-dir)
                [[ -n ${2:-} ]] || fail 64 "--demo-dir needs the name of a folder."
                demo_dir=$2 demo_only=$1
                shift ;;
            --seconds)
                [[ ${2:-} =~ ^[1-9][0-9]{0,6}$ ]] || fail 64 "--seconds needs a number of seconds, 1 or more."
                seconds=$2 demo_only=$1
                shift ;;
            --uninstall) mode=uninstall ;;
            --purge) purge=yes ;;
            --upgrade) upgrade=yes ;;
            --tic-hat) tic_hat=yes ;;
            --no-tic-hat) tic_hat=no ;;
            --no-grafana) grafana=no ;;
            --with-grafana) grafana=wanted ;;
            --anonymous) anonymous=yes ;;
            --ftp) ftp=yes ;;
            --influx=debian | --influx=influxdata) influx_from=${1#*=} ;;
            --influx=*) fail 64 "--influx is debian or influxdata, not ${1#*=}." ;;
            --influx-admin)
                [[ ${2:-} == ?*:?* && -r ${2#*:} ]] || fail 64 "--influx-admin needs NAME:FILE, and the file must be there."
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
                usage
                exit 0 ;;
            *) fail 64 "I do not know the option $1." "./install.sh --help lists them." ;;
        esac
        shift
    done
    [[ $purge == no || $mode == uninstall ]] || fail 64 "--purge goes with --uninstall."
    [[ -z $demo_only || $mode == demo ]] || fail 64 "$demo_only goes with --demo."
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
        uninstall) uninstall ;;
    esac
}

[[ -n ${BASH_SOURCE[0]:-} ]] || fail 64 "this script needs the files that come with it." \
    "Unpack the release, and run the install.sh that is in it."
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
myself=$(printf '%q' "$here/install.sh")      # for people to type, wherever they are
if [[ ${BASH_SOURCE[0]} == "$0" ]]; then main "$@"; fi
