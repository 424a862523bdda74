# shellcheck shell=bash
# central.bash: what is here before a centre is made of this machine; refuses what cannot work.

# shellcheck disable=SC2154,SC2034  # what the parts share
source "$root/Sources/Installer/lib/questions.bash"

# look_at_central: a centre is no box, and has its InfluxDB and its door for itself.
look_at_central() {
    if grep -qs '^\[source\.' "$settings/boxenergie.toml"; then
        fail 69 "this machine is a box: its boxenergie reads meters." \
            "Nothing was changed. A centre needs a machine of its own, and this box can join it: boxenergie join --help"
    fi
    case $influx_state in
        open | closed)
            fail 69 "there is an InfluxDB already, which somebody else uses." \
                "Nothing was changed. A centre needs a machine of its own." ;;
    esac
    if installed haproxy && ! ours haproxy; then
        fail 69 "there is a haproxy already, which somebody else uses." \
            "Nothing was changed. A centre needs a machine of its own, or a door that you set up: influx/FLEET.md has its rules."
    fi
    look_at_port "$central_port" haproxy "the door of the centre" yes
    choose_central_name
    look_at_certificate
}

# told_address: the host, and port, of the url in [central] of its input.
told_address() {
    sed -n '/^[[:blank:]]*\[central\]/,/^[[:blank:]]*\[/{
        s|^[[:blank:]]*url[[:blank:]]*=[[:blank:]]*"https://\([^"]*\)".*|\1|p
    }'
}

# choose_central_name: sets central_name, and central_port to that of an earlier run.
choose_central_name() {
    local before='' port=''
    [[ ! -r $central_file ]] || before=$(told_address < "$central_file")
    if [[ $before =~ ^(.*):([0-9]+)$ ]]; then before=${BASH_REMATCH[1]} port=${BASH_REMATCH[2]}; fi
    before=${before#[} before=${before%]}
    [[ -z $port || $central_port != 443 ]] || central_port=$port
    if [[ -z $central_name ]]; then
        answer_to "${before:-$(hostname -f 2> /dev/null || hostname)}" \
            "By which name, or which address, do the boxes reach this machine?"
        central_name=$answer
    fi
    is_server_name "$central_name" || fail 64 "$central_name is no name and no address of a machine."
}

is_server_name() { [[ $1 =~ ^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$ || $1 =~ ^[0-9a-fA-F:]*:[0-9a-fA-F:]*$ ]]; }
