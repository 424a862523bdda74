# shellcheck shell=bash
# proof.bash: the last step: does a reading arrive?

# shellcheck disable=SC2154,SC2034  # what the parts share

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
            say "Nothing failed. Each source waits for its device to speak," \
                "as those do that send by themselves or sleep:"
        fi
        sed 's/^/  /' "$scratch/status.log"
    fi
}

# has_readings: a meter was read just now, and the box's own count of its readings can be read by Grafana's user.
has_readings() {
    boxenergie status 2> /dev/null |
        awk -F 'last reading ' 'NF > 1 && $2 ~ /^[0-9]+ s ago/ { found = 1 } END { exit !found }' || return 1
    curl --silent --fail --max-time 5 --get --header 'Accept: application/csv' http://127.0.0.1:8086/query \
        --config <(as_user reader "$reader_file") --data-urlencode db=boxenergie \
        --data-urlencode 'q=SELECT max("reads") FROM "raw"."source" WHERE time > now() - 3m' |
        awk -F , 'NR > 1 && $4 > 0 { found = 1 } END { exit !found }'
}
