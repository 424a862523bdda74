# shellcheck shell=bash
# central-certificate.bash: the step for the certificate of a centre: the operator's, or one that boxes know by its key.

# shellcheck disable=SC2154,SC2034  # what the parts share

central_folder=$settings/central
front=$central_folder/front.pem               # the certificate, those that signed it, and the key
pin=''                                        # of its public key; empty where boxes trust the certificate by its name

install_certificate() {
    local text=''
    step "The certificate"
    [[ -z $certificate ]] || text=$(< "$certificate")$'\n'$(< "$certificate_key")
    if [[ -n $text && ! (-e $front && $(< "$front") == "$text") ]]; then
        tell_of_another_key
        change "take the certificate $certificate" write_front "$text"
    elif [[ ! -e $front ]]; then
        change "make a certificate for $central_name, which boxes know by its key ($front)" make_certificate new
    elif ! is_valid_for 60 "$front" && signed_itself "$front"; then
        change "make a new certificate with the same key ($front)" make_certificate same
    else
        say "$front is there and stays as it is"
    fi
    [[ -e $front ]] || return 0               # a dry run
    tell_of_pin
}

# look_at_certificate: refuses what no box could trust; changes nothing.
look_at_certificate() {
    [[ -n $certificate ]] || return 0
    have openssl || return 0                  # the step sees it
    openssl x509 -noout -in "$certificate" 2> /dev/null ||
        fail 64 "$certificate has no certificate in PEM." "It begins with -----BEGIN CERTIFICATE-----"
    openssl pkey -noout -in "$certificate_key" -passin pass: 2> /dev/null ||
        fail 64 "$certificate_key has no private key in PEM, or one with a password." "A service has nobody to ask for it."
    [[ $(public_key "$certificate") == "$(openssl pkey -pubout -in "$certificate_key")" ]] ||
        fail 64 "$certificate_key is not the key of $certificate."
    is_valid_for 1 "$certificate" || fail 64 "$certificate has ended, or ends within a day."
    names_it "$certificate" || fail 64 "$certificate is not for the name $central_name."
}

public_key() { openssl x509 -pubkey -noout -in "$1"; }
is_valid_for() { openssl x509 -noout -checkend "$(($1 * 86400))" -in "$2" > /dev/null; }
signed_itself() {
    local subject issuer
    subject=$(openssl x509 -noout -subject -in "$1") issuer=$(openssl x509 -noout -issuer -in "$1")
    [[ ${subject#subject} == "${issuer#issuer}" ]]
}
names_it() { openssl x509 -noout "-check$(kind_of_name)" "$central_name" -in "$1" | grep -q 'does match'; }
kind_of_name() { if [[ $central_name =~ ^[0-9.]+$ || $central_name == *:* ]]; then printf ip; else printf host; fi; }

# is_trusted FILE: by the certificates that this system, and a box, trusts.
is_trusted() { openssl verify -untrusted "$1" "$1" > /dev/null 2>&1; }

# make_certificate new|same: for ten years, with a new key or the one that is there.
make_certificate() {
    local kind=DNS key=$scratch/front.key
    [[ $(kind_of_name) == host ]] || kind=IP
    (
        umask 077
        if [[ $1 == same ]]; then
            openssl pkey -in "$front" -out "$key"
        else
            openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$key"
        fi
        openssl req -x509 -new -key "$key" -days 3650 -subj "/CN=$central_name" \
            -addext "subjectAltName=$kind:$central_name" -out "$scratch/front.crt"
    ) 2> "$scratch/openssl.log" || {
        tail -n 5 "$scratch/openssl.log" >&2
        fail 1 "no certificate could be made; the lines above say why."
    }
    write_front "$(< "$scratch/front.crt")"$'\n'"$(< "$key")"
}

# tell_of_another_key: boxes that know the centre by its key would refuse the new certificate.
tell_of_another_key() {
    [[ -e $front && -n $(pin_of_settings) && $(public_key "$front") != "$(public_key "$certificate")" ]] || return 0
    say "Its key is another one than before: boxes that know the centre by the old key send nothing until they get a new" \
        "file (sudo boxenergie central add --again NAME FILE)."
}

write_front() {
    make_folder "$central_folder"
    chmod 700 "$central_folder"
    remember secret "$front"
    (umask 077 && printf '%s\n' "$1" > "$front.boxenergie-new")
    sync "$front.boxenergie-new"
    mv -f "$front.boxenergie-new" "$front"
}

# pin_of_settings: what boxes were told before.
pin_of_settings() { sed -n 's/^pin = "\(.*\)"/\1/p' "$central_file" 2> /dev/null || true; }

# tell_of_pin: sets pin.
tell_of_pin() {
    if is_trusted "$front" && names_it "$front"; then
        pin=''
        say "Boxes trust it by its name, $central_name. After each renewal run this again, with the new files."
    else
        pin=$(public_key "$front" | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64)
        say "Boxes know it by its key, whoever signed it: keep that key when you renew the certificate."
    fi
}
