# shellcheck shell=bash
# database.bash: the step that makes the database boxenergie, its policies and its users.

# shellcheck disable=SC2154,SC2034  # what the parts share

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
        respect_foreign_server
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

# respect_foreign_server: on a server that was there before, our database is remembered and nobody's user is changed.
respect_foreign_server() {
    [[ $influx_state == open || $influx_state == closed ]] || return 0
    ! journaled database boxenergie || return 0
    ! grep '^differs  user ' "$scratch/provision.log" >&2 ||
        fail 69 "somebody else's user of that name is in this machine's InfluxDB, and stays as it is." \
        "When nobody needs that user any more, take it away (in the program influx: DROP USER), then run this again."
    if [[ $dry_run == no ]] && grep -q '^missing  database' "$scratch/provision.log"; then
        remember database boxenergie
    fi
}

prepare_database() {
    "$@" > "$scratch/provision.log" 2>&1 || {
        tail -n 15 "$scratch/provision.log" >&2
        fail 1 "the database could not be prepared; the lines above say why." "When that is mended, run this again."
    }
    sed 's/^/  /' "$scratch/provision.log"
}
