# shellcheck shell=bash
# contract.bash: the contract, as the Linky tells it, and its prices.

# shellcheck disable=SC2154,SC2034  # what the parts share
source "$root/Sources/Installer/lib/questions.bash"

contract_option=''                            # base, hphc, tempo or ejp; empty: no meter told it
contract_kva=''                               # the subscribed power

# May need an update each February and August: the regulated prices (Tarif Bleu), in euros, all taxes included. A line
# for each option: kVA with the subscription of a month, then the prices of a kWh.
regulated_since=2026-08-01
regulated_prices='base 3=12.13 6=15.86  BASE = 0.2001
base 9=19.88 12=23.76  BASE = 0.1985
hphc 6=15.86 9=19.88 12=23.76  HC = 0.1589, HP = 0.2142
tempo 6=15.80 9=19.70 12=23.50  HCJB = 0.1356, HPJB = 0.1654, HCJW = 0.1536, HPJW = 0.1921, HCJR = 0.1615, HPJR = 0.7295
ejp 9=19.52  HN = 0.1789, PM = 0.4324'

# learn_contract CONFIGURATION: asks the Linky among these meters, for some seconds and then for longer.
learn_contract() {
    local name seconds
    contract_option='' contract_kva=''
    name=$(linky_of "$1")
    [[ -n $name ]] || return 0
    say "Asking the Linky for its contract ..."
    (umask 077 && printf '%s\n' "$1" > "$scratch/contract.toml")
    # Its speed is looked for first, and a frame of historique takes two seconds.
    for seconds in 6 15 30; do
        rm -f "$scratch/contract.capture"
        boxenergie capture "$name" "$scratch/contract.capture" --seconds "$seconds" --config "$scratch/contract.toml" \
            > "$scratch/contract.log" 2>&1 || return 0
        read_contract "$(boxenergie decode teleinfo --format json "$scratch/contract.capture" 2> /dev/null |
            grep -E '"(NGTF|OPTARIF)":' | grep -m 1 -E '"(PREF|ISOUSC)":' || true)"
        [[ -z $contract_option ]] || return 0
    done
}

# linky_of CONFIGURATION: the name of the first source of the type teleinfo.
linky_of() {
    awk -F '[][.]' '/^\[source\./ { name = $3 } /^type = "teleinfo"/ && name { print name; exit }' <<< "$1"
}

# read_contract JSON: sets contract_option and contract_kva from the labels of a frame.
read_contract() {
    local name amperes phases=1
    contract_option=''
    name=$(label NGTF "$1")$(label OPTARIF "$1")
    case ${name//[[:space:]]/} in
        BASE) contract_option=base ;;
        HPLEINE/CREUSE | HC*) contract_option=hphc ;;
        TEMPO | BBR*) contract_option=tempo ;;
        EJP*) contract_option=ejp ;;
    esac
    contract_kva=$(label PREF "$1")
    amperes=$(label ISOUSC "$1")
    if [[ -z $contract_kva && $amperes =~ ^[0-9]+$ ]]; then
        [[ $1 != *'"IINST3":'* ]] || phases=3
        contract_kva=$((amperes * phases / 5))
    fi
    [[ $contract_kva =~ ^[0-9]+$ ]] || contract_kva=''
}

# label NAME JSON: its value in a frame that boxenergie decoded; empty when it is not there.
label() { sed -n 's/.*"'"$1"'":"\{0,1\}\([^",}]*\).*/\1/p' <<< "$2"; }

# regulated: "SUBSCRIPTION|PRICES" of that contract; empty where there is no such offer.
regulated() {
    local option rest subscriptions pair
    while read -r option rest; do
        [[ $option == "$contract_option" ]] || continue
        subscriptions=${rest%%  *}
        for pair in $subscriptions; do
            [[ ${pair%=*} != "$contract_kva" ]] || say "${pair#*=}|${rest#*  }"
        done
    done <<< "$regulated_prices"
}

# choose_prices: sets prices to regulated or later. What a contract costs no meter tells, so only somebody who was asked,
# or an option, says that it is the regulated tariff.
choose_prices() {
    local found
    found=$(regulated)
    [[ -z $contract_option ]] ||
        say "The meter tells: the option $contract_option${contract_kva:+, $contract_kva kVA}."
    [[ -z $prices ]] || return 0
    prices=later
    if [[ -n $found ]]; then
        ! agrees no "Do you pay the regulated tariff (Tarif Bleu)? Then these prices of $regulated_since count, in euros, taxes included:" \
            "  ${found#*|} a kWh; ${found%|*} a month." || prices=regulated
    elif [[ $reboot_needed == yes ]]; then
        ! agrees no "Do you pay the regulated tariff (Tarif Bleu)? Then its prices of $regulated_since are written" \
            "once the meter has told the option." || prices=regulated
    fi
}

# price_block: the prices as the configuration has them; nothing when they are for later.
price_block() {
    local found
    found=$(regulated)
    [[ $prices == regulated && -n $found ]] || return 0
    fill "$(file_text tariff.toml)" NAME="${regulated_since%-*}" DAY="$regulated_since" OPTION="$contract_option" \
        KVA="$contract_kva" PRICES="${found#*|}" SUBSCRIPTION="${found%|*}"
}
