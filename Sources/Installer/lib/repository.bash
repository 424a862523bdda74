# shellcheck shell=bash
# repository.bash: somebody else's repository of packages.

# shellcheck disable=SC2154,SC2034  # what the parts share
source "$root/Sources/Installer/lib/keys.bash"
source "$root/Sources/Installer/lib/packages.bash"

repository_reason=''                          # why the last one cannot be used

# add_repository NAME SITE KEY_URL FINGERPRINT WORDS: false when it cannot be used; repository_reason says why.
add_repository() {
    local key="/etc/apt/keyrings/boxenergie-$1.asc" list="/etc/apt/sources.list.d/boxenergie-$1.list" source
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
    fetch_key "$3" "$4" || return 1
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

# fetch_key URL FINGERPRINT: scratch/key.asc with that key; false when it cannot be had, and repository_reason says why.
fetch_key() {
    local found
    curl --fail --silent --show-error --location --retry 2 --connect-timeout 20 --max-time 30 \
        --output "$scratch/key.asc" "$1" 2> "$scratch/curl.log" || {
        repository_reason="$1 could not be fetched ($(tail -n 1 "$scratch/curl.log"))"
        return 1
    }
    have gpg || install_packages gpg
    (umask 077 && rm -rf "$scratch/gpg" && mkdir "$scratch/gpg")
    found=$(gpg --batch --homedir "$scratch/gpg" --show-keys --with-colons "$scratch/key.asc" 2> /dev/null |
        fingerprints)
    if [[ $found != *"$2"* ]]; then
        repository_reason="its key has changed: $2 is expected, and $1 has ${found:-no key}"
        return 1
    fi
}
