# shellcheck shell=bash
# packages.bash: the packages that lie at hand, in a release or in a folder.

# shellcheck disable=SC2154,SC2034  # what the parts share
source "$root/Sources/Installer/lib/project.bash"

# look_at_program MB: where boxenergie is to come from; MB is the room that must be free.
look_at_program() {
    local present='not installed yet' offered=''
    ! installed boxenergie || present="version $(dpkg-query -W -f='${Version}' boxenergie)"
    find_deb
    if [[ -n $deb ]]; then
        offered=", $(dpkg-deb --field "$deb" Version) in $deb"
    elif ! installed boxenergie; then
        offered=', to be built from these sources'
        look_at_sources "$1"
    fi
    say "boxenergie: $present$offered"
}

# find_deb: sets deb to the newest package of boxenergie for this machine that lies at hand, or to nothing.
find_deb() {
    local folder found=() name
    case $suite in
        bookworm) name="boxenergie_*~deb12_$arch.deb" ;;
        *) name="boxenergie_*~deb13_$arch.deb" ;;
    esac
    deb=''
    for folder in ${offline:+"$offline/packages" "$offline"} "$root/packages" "$root/.build-packages/out"; do
        mapfile -t found < <(find "$folder" -maxdepth 1 -name "$name" 2> /dev/null | sort -V)
        if ((${#found[@]} > 0)); then
            deb=${found[-1]}
            return 0
        fi
    done
}

# fail_without_package: nothing here is or makes the program.
fail_without_package() {
    fail 69 "there is no package of boxenergie for Debian $suite on $arch beside this script." \
        "Unpack the release for $arch, and run the install.sh that is in it: $project_address"
}

# check_release FOLDER: nothing of it was damaged on its way.
check_release() {
    [[ -e $1/SHA256SUMS ]] || return 0
    (cd "$1" && sha256sum --check --quiet SHA256SUMS) > "$scratch/sums.log" 2>&1 || {
        head -n 5 "$scratch/sums.log" >&2
        fail 1 "the release in $1 is damaged." "Nothing was changed. Copy or download it again."
    }
}

# use_offline: apt knows the packages in that folder, and nothing else.
use_offline() {
    local folder=$offline file
    [[ ! -d $offline/packages ]] || folder=$offline/packages
    check_release "$offline"
    mkdir "$scratch/packages" "$scratch/lists"
    for file in "$folder"/*.deb; do
        [[ -e $file ]] || fail 64 "there are no packages (.deb) in $folder."
        ln -s "$(realpath "$file")" "$scratch/packages/"
        {
            dpkg-deb --field "$file"
            printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$(basename "$file")" "$(stat -L -c %s "$file")" \
                "$(sha256sum < "$file" | cut -d ' ' -f 1)"
        } >> "$scratch/packages/Packages"
    done
    chmod -R a+rX "$scratch"
    printf 'deb [trusted=yes] file:%s ./\n' "$scratch/packages" > "$scratch/offline.list"
    apt_options+=(-o Dir::Etc::SourceList="$scratch/offline.list" -o Dir::Etc::SourceParts=-
        -o Dir::State::Lists="$scratch/lists")
    apt_get update > "$scratch/apt.log" 2>&1 || {
        tail -n 5 "$scratch/apt.log" >&2
        fail 1 "the packages in $folder cannot be used; the lines above say why."
    }
}
