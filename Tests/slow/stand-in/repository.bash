# shellcheck shell=bash
# repository.bash: apt repositories for the stand-ins, for the scripts beside it.
#
# Sourced after keys.bash of the installer. GNUPGHOME has the keys; the first is the one that signs.

# publish FOLDER ARCH...: lists the packages in FOLDER/pool as the suite stable with the component main, and signs that.
publish() {
    local folder=$1 arch dist=$1/dists/stable
    shift
    for arch; do
        mkdir -p "$dist/main/binary-$arch"
        (cd "$folder" && dpkg-scanpackages --arch "$arch" pool 2> /dev/null > "dists/stable/main/binary-$arch/Packages")
        gzip -9kn "$dist/main/binary-$arch/Packages"
    done
    {
        printf 'Origin: . stable\nLabel: . stable\nSuite: stable\nCodename: stable\nDate: %s\n' "$(LC_ALL=C date -Ru)"
        printf 'Architectures: %s\nComponents: main\nDescription: a stand-in, for tests\nSHA256:\n' "$*"
        (cd "$dist" && find main -type f | sort | while read -r file; do
            printf ' %s %s %s\n' "$(sha256sum < "$file" | cut -d' ' -f1)" "$(stat -c %s "$file")" "$file"
        done)
    } > "$folder/Release"
    mv "$folder/Release" "$dist/Release"
    gpg --quiet --batch --clearsign --output "$dist/InRelease" "$dist/Release"
    gpg --quiet --batch --armor --detach-sign --output "$dist/Release.gpg" "$dist/Release"
}

# known_keys: the fingerprints of all primary keys, the oldest first.
known_keys() { gpg --quiet --batch --with-colons --list-keys | fingerprints; }
