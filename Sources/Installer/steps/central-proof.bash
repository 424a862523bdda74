# shellcheck shell=bash
# central-proof.bash: the last step: the door asked as a box would.

# shellcheck disable=SC2154,SC2034  # what the parts share

install_central_proof() {
    local answer
    step "The first look"
    if [[ $dry_run == yes ]]; then
        say "Then it knocks at its own door. This was a dry run: nothing was changed."
        return 0
    fi
    wait_for 60 door_says 204 /ping || fail 1 "the centre does not answer at its own door, port $central_port." \
        "sudo journalctl -u haproxy -u influxdb says more."
    door_says 401 "/write?db=$database" --data '' || fail 1 "the centre takes readings of anybody, without a password."
    answer=$(ask_door /query --data-urlencode 'q=SHOW DATABASES')
    [[ $answer != 200 ]] || fail 1 "the centre answers questions about its database at its door."
    say "The centre answers, asks for a password, and lets boxes write only"
}

# ask_door PATH [curl's options]: the status, from this machine; its key is known, and the certificate not asked.
ask_door() {
    local path=$1
    shift
    curl --silent --max-time 10 --output /dev/null --write-out '%{http_code}' --insecure \
        --pinnedpubkey "sha256//$(public_key "$front" | openssl pkey -pubin -outform der |
            openssl dgst -sha256 -binary | base64)" "$@" "https://127.0.0.1:$central_port$path" || true
}

door_says() {
    local wanted=$1
    shift
    [[ $(ask_door "$@") == "$wanted" ]]
}
