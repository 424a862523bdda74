# shellcheck shell=bash
# central-database.bash: the step that makes the database of the fleet, its policies, its administrator and its reader.

# shellcheck disable=SC2154,SC2034  # what the parts share

install_central_database() {
    local file=$settings/influx-admin.password provision=() password
    step "The database of the fleet"
    if [[ $dry_run == yes ]] && ! installed boxenergie; then
        change "make the database $database with its policies and users"
        return 0
    fi
    for password in "$reader_file" "$file"; do
        [[ -e $password ]] || change "write a new password to $password" new_password "$password"
    done
    provision=(boxenergie provision --config "$central_file" --reader "reader:$reader_file"
        --admin admin --admin-password-file "$file")
    if "${provision[@]}" --check > "$scratch/provision.log" 2>&1; then
        say "The database $database is as it should be"
    else
        change "make the database $database, its policies and its users" prepare_database "${provision[@]}" --create-admin
    fi
}
