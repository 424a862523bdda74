# shellcheck shell=bash
# passwords.bash: passwords in files, made and used where nobody else sees them.

# shellcheck disable=SC2154,SC2034  # what the parts share
source "$root/Sources/Installer/lib/changes.bash"
source "$root/Sources/Installer/lib/text.bash"

# new_password FILE: 24 random characters that only root may read.
new_password() {
    make_folder "$(dirname "$1")"
    remember secret "$1"
    (umask 077 && LC_ALL=C tr -dc 'A-Za-z0-9' < <(head -c 4096 /dev/urandom) | head -c 24 > "$1.boxenergie-new")
    sync "$1.boxenergie-new"
    mv -f "$1.boxenergie-new" "$1"
}

# as_user NAME PASSWORD_FILE: for curl --config; by a pipe, where no list of processes shows the password.
as_user() { printf 'user = "%s"\n' "$(toml "$1:$(< "$2")")"; }
