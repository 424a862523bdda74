# shellcheck shell=bash
# configuration.bash: the step that writes the first configuration; one that somebody edited is never touched.

# shellcheck disable=SC2154,SC2034  # what the parts share

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
    choose_page
    if [[ $reboot_needed == yes ]]; then
        say "The meters are looked for after the restart."
    else
        say "Looking for meters on the serial ports; each may take a minute."
        blocks=$(LANGUAGE=${french_ending#.} timeout 600 boxenergie probe 2> "$scratch/probe.log" || true)
        sed 's/^/  /' "$scratch/probe.log"
    fi
    text=$(sed 's/^# username = "writer"/username = "writer"/; s/^# password_file = /password_file = /' "$file")
    text=$(with_page "$text")
    if [[ $text != *$'\n[site]\n'* && $zone != Europe/Paris ]]; then
        text+=$'\n\n[site]\n'"timezone = \"$zone\"             # where days begin"
    fi
    [[ -z $blocks ]] || text+=$'\n\n# Found by install.sh on '"$(date +%F)"$'.\n\n'"$blocks"
    learn_contract "$text"
    choose_prices
    [[ $text == *'[tariff.'* || -z $(price_block) ]] || text+=$'\n\n'$(price_block)
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
        fail 1 "the configuration that was made of what was found is not right." \
            "Please report the lines above; and write $1 by hand."
    }
    remember configuration "$(md5sum < "$1.boxenergie-new" | cut -d ' ' -f 1)"
    sync "$1.boxenergie-new"
    mv -f "$1.boxenergie-new" "$1"
}
