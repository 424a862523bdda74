# shellcheck shell=bash
# keys.bash: OpenPGP keys that sign packages.

# fingerprints: of the primary keys in what gpg --with-colons says.
fingerprints() { awk -F : '$1 == "pub" { primary = 1 } $1 == "fpr" && primary { print $10; primary = 0 }'; }
