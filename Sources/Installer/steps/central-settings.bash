# shellcheck shell=bash
# central-settings.bash: the step that writes central.toml, from which boxes get what they are to know.

# shellcheck disable=SC2154,SC2034  # what the parts share

# central_url: as boxes and people type it.
central_url() {
    local name=$central_name port=''
    [[ $name != *:* ]] || name="[$name]"
    ((central_port == 443)) || port=:$central_port
    printf 'https://%s%s' "$name" "$port"
}

# renewed_settings PIN: the settings of its input with the present address and the line PIN, if any, in [central]; what else
# somebody wrote stays, such as the url of another section.
renewed_settings() {
    sed "/^[[:blank:]]*\[central\]/,/^[[:blank:]]*\[/{
        /^[[:blank:]]*pin[[:blank:]]*=/d
        s|^\([[:blank:]]*\)url[[:blank:]]*=.*|\1url = \"$(central_url)\"${1:+\n\1$1}|
    }"
}

install_central_settings() {
    local text line=''
    step "The settings of the centre"
    if [[ $dry_run == yes && ! -e $central_file ]]; then
        change "write $central_file"
        return 0
    fi
    [[ -z $pin ]] || line="pin = \"$pin\""
    if [[ -e $central_file ]]; then
        text=$(renewed_settings "$line" < "$central_file")
    else
        text=$(fill "$(file_text central.toml)" URL="$(central_url)" PIN="$line" | cat -s)
    fi
    if [[ ! -e $central_file ]]; then remember secret "$central_file"; fi
    [[ -e $central_file && $(< "$central_file") == "$text" ]] || change "write $central_file" write_settings "$text"
    stop_reading
}

write_settings() {
    printf '%s\n' "$1" > "$central_file.boxenergie-new"
    boxenergie check "$central_file.boxenergie-new" > "$scratch/check.log" 2>&1 || {
        rm -f "$central_file.boxenergie-new"
        cat "$scratch/check.log" >&2
        fail 1 "the settings of the centre are not right; the lines above say why."
    }
    sync "$central_file.boxenergie-new"
    mv -f "$central_file.boxenergie-new" "$central_file"
}

# stop_reading: a centre has no meters; the package starts its service all the same.
stop_reading() {
    ! enabled boxenergie || change "let boxenergie read no meters here" systemctl --quiet disable --now boxenergie
    systemctl reset-failed boxenergie 2> /dev/null || true
}
