# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034  # the script's that sources this
# home.bash: on machines of people with habits, a past and other programs.

# A French system, a user who may become root but has no terminal, a careful umask, a folder with blanks and accents.
try_french() {
    local folder='clé usb/boîte à énergie'
    new_machine
    mkdir -p "$machine/srv/${folder%/*}"
    cp -r "$scratch/media/now" "$machine/srv/$folder"
    localedef --prefix="$machine" -i fr_FR -f UTF-8 fr_FR.UTF-8
    printf 'jean ALL=(ALL) NOPASSWD:SETENV: ALL\n' > "$machine/etc/sudoers.d/jean"
    start_machine
    inside useradd --create-home jean
    by=(env LANG=fr_FR.UTF-8 LANGUAGE=fr setpriv --reuid=jean --regid=jean --init-groups
        bash -c 'umask 077 && cd /tmp && exec sudo -n -E "$@"' -)
    installer "../srv/$folder" --yes
    by=()
    check "installs" exits 0
    check "all of it works" works
    check "its user may use the devices" grep -qw dialout <(inside id -nG jean)
}
