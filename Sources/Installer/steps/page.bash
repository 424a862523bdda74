# shellcheck shell=bash
# page.bash: the page of the house: who may see it, its name in the home network, and its address as a picture for
# telephones.

# shellcheck disable=SC2154,SC2034  # what the parts share
source "$root/Sources/Installer/lib/questions.bash"

page_name=boxenergie.local
name_unit=/etc/systemd/system/boxenergie-name.service

# choose_page: sets page to home, box or no.
choose_page() {
    [[ -z $page ]] || return 0
    page=box
    ! agrees yes "May whoever is in your home network look at the page of the house, with a telephone or a tablet?" \
        "It shows power, energy and euros, asks for no password, and nothing can be changed there." || page=home
}

# with_page CONFIGURATION: prints it with the page as it was chosen; one that has a page already stays.
with_page() {
    local text=$1 address=127.0.0.1 port
    if [[ $page == no || $text == *$'\n[page]\n'* ]]; then
        printf '%s' "$text"
        return 0
    fi
    [[ $page == box ]] || address=0.0.0.0
    port=$(next_free_port "$first_page_port")
    sed 's/^# \[page\]$/[page]/; s/^# listen = "0\.0\.0\.0:[0-9]*".*/listen = "'"$address:$port"'"/' <<< "$text"
}

# look_at_page: sets page_at to where the configuration opens the page; empty: nowhere.
look_at_page() {
    page_at=$(awk -F '"' '
        /^\[/ { here = /^\[page\]/; if (here && !at) at = "127.0.0.1:8781" }
        here && /^listen *=/ { at = $2 }
        END { print at }' "$settings/boxenergie.toml" 2> /dev/null || true)
}

# page_is_open: to other machines, too.
page_is_open() { [[ -n $page_at && $page_at != 127.* && $page_at != \[::1\]* && $page_at != localhost* ]]; }

install_page() {
    step "The page of the house"
    opens_page || return 0
    announce_name
    have qrencode || add_if_possible "qrencode, to show addresses to a telephone" qrencode || true
}

# opens_page: true when it is for the home network, or will be once boxenergie is there; says what else it is.
opens_page() {
    if [[ $dry_run == yes ]] && ! installed boxenergie; then
        [[ ${page:-home} == home ]]
        return
    fi
    look_at_page
    if page_is_open; then return 0; fi
    if [[ -n $page_at ]]; then say "It is for this machine only: http://$page_at/"; else say "It is off."; fi
    return 1
}

# announce_name: the page has a name that people can type. A machine that is called so needs nothing.
announce_name() {
    local script=$settings/announce-name
    [[ $(hostname) != "${page_name%.local}" ]] || return 0
    add_if_possible "avahi, for the name $page_name" avahi-daemon avahi-utils iproute2 || return 0
    write_file "$script" 755 root:root "$(file_text announce-name)"
    write_file "$name_unit" 644 root:root "$(file_text boxenergie-name.service)"
    keep_running boxenergie-name "$name_unit" "$script"
}

# add_if_possible WORDS PACKAGE...: false when they are not to be had; the page goes without them.
add_if_possible() {
    local words=$1
    shift
    find_missing "$@"
    ((${#missing[@]} > 0)) || return 0
    if [[ $dry_run == no ]]; then
        [[ -n $offline ]] || update_apt_lists
        apt_get --simulate --no-install-recommends install "${missing[@]}" > "$scratch/apt.plan" 2> /dev/null || {
            say "Not to be had, so the page goes without: $words"
            return 1
        }
    fi
    add_packages "$words" --no-install-recommends "${missing[@]}"
}

# say_page: where to look, as words and as a picture.
say_page() {
    local port=${page_at##*:} address=$1 url
    [[ -n $page_at ]] || return 0
    if ! page_is_open; then
        say "Look at it:     http://$page_at/ on this machine"
        return 0
    fi
    url=http://${address:-127.0.0.1}:$port/
    if active boxenergie-name || [[ $(hostname) == "${page_name%.local}" ]]; then
        say "Look at it:     http://$page_name:$port/ or $url from any device in your network"
    else
        say "Look at it:     $url from any device in your network"
    fi
    ! have qrencode || qrencode --type=UTF8 --margin=2 "$url" || true
}
