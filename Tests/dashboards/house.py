"""Three homes of which everything is known: thirteen months of quarter hours and days, two days of raw readings.

    maison    one phase, Linky in mode standard, solar panels, off-peak hours, water and gas meters
    atelier   three phases, Linky in mode standard, two inverters and a battery, one price, a heat meter,
              a heat pump with a meter of its own
    gite      one phase, Linky in mode historique (no voltage, no injection), no panels, Tempo

The span holds three changes of the clock, the last one within the raw days; "maison" was off for seven hours once.
Nothing is random: the same points each time. `points()` is the only thing that the checks take from here, so another
source of points (the program's own simulation, say) goes in its place.
"""

from datetime import datetime, timedelta

from homes import (
    FEED_IN,
    SUBSCRIPTION,
    FIRST,
    GAP,
    HOMES,
    NOW,
    PARIS,
    PRICES,
    QUARTER,
    REGISTER_NAMES,
    Point,
    chance,
    gas,
    local,
    midnight,
    price,
    seconds,
    tempo,
    volts,
    water,
)
from readings import raw


def history(home):
    """The quarters, hours, days and months of a home, and its totals for the raw days to go on from."""
    site = {"site": home.site}
    source = {**site, "source": "linky"}
    hours, days, months, highs = {}, {}, {}, {}
    totals = {"wh_in": 21_400_000.0 + home.kva, "wh_out": 9_600_000.0}
    index = {register: 3_000_000.0 for register in PRICES[home.contract]}
    pulses = {"eau": 412.0, "gaz": 2_207.0, "chaleur": 18_400.0}
    end = seconds(NOW)
    for start in range(seconds(FIRST), end - end % QUARTER, QUARTER):
        moment, day = local(start), local(start).date()
        made = home.production(start + 450) / 4
        used = home.consumption(start + 450) / 4
        direct = min(made, used) * 0.97
        missing = GAP[0].timestamp() <= start < GAP[1].timestamp() and home.site == "maison"
        if missing:  # what the ledger spreads evenly over a gap
            made, used, direct = 0.0, 512.0, 0.0
        taken, given = home.stored(start, made - direct, used - direct)
        energy = {"import_wh": used - direct - given}
        if not home.peak:
            energy |= {"consumption_wh": used}  # a house without panels
        if home.standard:
            energy |= {"export_wh": made - direct - taken, "production_wh": made, "consumption_wh": used}
        if home.battery:
            energy |= {"charge_wh": taken, "discharge_wh": given, "rest_wh": used * 0.7}
            pump = {**site, "source": "pac", "role": "consumption"}
            yield Point("m15", "meter", pump, {"value": used * 0.3}, start)
        register = home.registers(start)
        euros = energy["import_wh"] * price(home, register, start) / 1000
        yield Point("m15", "energy", site, {**energy, **({"estimated": True} if missing else {})}, start)
        yield Point("m15", "tariff", {**site, "register": register}, {"wh": energy["import_wh"], "eur": euros}, start)
        hour = hours.setdefault(start - start % 3600, {"hour": f"{moment.hour:02d}", "energy": {}})
        for key, value in energy.items():
            hour["energy"][key] = hour["energy"].get(key, 0.0) + value
        money = {"eur_import": euros}
        # A household that did not tell its subscription has none in its sums.
        if home.standard:
            money["eur_subscription"] = SUBSCRIPTION / 30 / 96
        if home.standard:
            money |= {
                "eur_export": energy["export_wh"] * FEED_IN / 1000,
                "eur_saved": direct * price(home, register, start) / 1000,
            }
        for store, key in ((days, day), (months, day.replace(day=1))):
            sums = store.setdefault(key, {})
            for name, value in (energy | money).items():
                sums[name] = sums.get(name, 0.0) + value
        totals["wh_in"] += energy["import_wh"]
        totals["wh_out"] += energy.get("export_wh", 0.0)
        index[register] += energy["import_wh"]
        if not missing:
            mean_va = energy["import_wh"] * 4 / 0.95
            top = round(mean_va * (1.15 + 0.9 * chance("peak", home.site, start) ** 3), 1)
            yield Point("m15", "power", site, {"va_max": top, "pref_va": home.kva * 1000.0}, start)
            for phase in range(1, home.phases + 1):
                fields = {"va_max": round(top / home.phases, 1)}
                if home.standard:
                    mid = volts(home, start + 450, phase, energy["export_wh"] * 4)
                    wide = 0.6 + 1.6 * chance("wide", phase, start)
                    fields |= {"v_min": round(mid - wide), "v_max": round(mid + wide), "v_avg": round(mid, 2)}
                    fields = {name: float(value) for name, value in fields.items()}
                    low, high, out = highs.get((day, phase), (999.0, 0.0, 0))
                    if fields["v_max"] > 253 or fields["v_min"] < 207:
                        out += 10 * int(1 + 89 * chance("out", phase, start))
                    highs[day, phase] = min(low, fields["v_min"]), max(high, fields["v_max"]), out
                yield Point("m15", "phase", {**source, "phase": str(phase)}, fields, start)
        for name, role, litres in (
            ("eau", "water", water(start)),
            ("gaz", "gas", gas(start)),
            ("chaleur", "heat", used / 900),
        ):
            if (home.site == "maison" and role != "heat") or (home.site == "atelier" and role == "heat"):
                pulses[name] += litres
                yield Point(
                    "m15",
                    "meter",
                    {**site, "source": name, "role": role},
                    {
                        "value": litres,
                        "count": float(round(litres * 1000)),
                        **({"wh": litres * 11_200, "eur": litres * 11.2 * 0.108} if role == "gas" else {}),
                    },
                    start,
                )
    for start, hour in hours.items():
        yield Point("m15", "hourly", {**site, "hour": hour["hour"]}, hour["energy"], start)
    for day, sums in days.items():
        yield Point("day", "energy", site, sums, midnight(day))
    for day, sums in months.items():
        yield Point("day", "energy_month", site, sums, midnight(day))
    for (day, phase), (low, high, out) in highs.items():
        yield Point(
            "day",
            "phase",
            {**site, "phase": str(phase)},
            {"v_min": low, "v_max": high, "out_s": float(out)},
            midnight(day),
        )
        if out > 0:
            word = "haute" if high > 253 else "basse"
            text = f"{(high if high > 253 else low):.0f} V, {out // 60} min {out % 60} s sur la phase {phase}"
            yield Point(
                "day",
                "event",
                {**site, "kind": "voltage"},
                {"title": f"Tension trop {word}", "text": text},
                midnight(day) + 46800 + phase,
            )
    yield from raw(home, totals, index, pulses)
    yield from facts(home)


def facts(home):
    site = {"site": home.site}
    for day in range(3):
        moment = midnight(NOW.date() - timedelta(days=day))
        yield Point(
            "day",
            "site_info",
            site,
            {
                "prm": "••••••••••" + {"maison": "4821", "atelier": "0937", "gite": "5566"}[home.site],
                "name": {"maison": "Maison", "atelier": "Atelier", "gite": "Gîte des Tilleuls"}[home.site],
                "lat": 47.218,
                "lon": -1.553,
                "contract": {"BASE": "Base", "HC": "Heures creuses", "TEMPO": "Tempo"}[home.contract],
                "tic_mode": "standard" if home.standard else "historique",
                "pref_kva": float(home.kva),
                "phases": home.phases,
                "meter": "Linky monophasé" if home.phases == 1 else "Linky triphasé",
                **(
                    {f"f{number:02}": name for number, name in enumerate(REGISTER_NAMES[home.contract], 1)}
                    if home.standard
                    else {}
                ),
                "tomorrow": "BLANC" if home.contract == "TEMPO" else "",  # as the program writes it
                **(
                    {
                        "stge_text": "Contact fermé ; pas de surtension ; pas de dépassement ; producteur : "
                        + ("énergie négative" if home.peak else "non")
                        + " ; communication : CPL synchronisé"
                    }
                    if home.standard
                    else {}
                ),
            },
            moment,
        )
    day = FIRST.date()
    while day <= NOW.date() and home.contract == "TEMPO":
        if tempo(day)[0] != "B":
            yield Point(
                "day",
                "event",
                {**site, "kind": "tempo"},
                {"title": f"Tempo : jour {tempo(day)[1].lower()}", "text": "De 6 h à 6 h le lendemain."},
                midnight(day) + 6 * 3600,
            )
        day += timedelta(days=1)
    if home.site == "maison":
        yield Point(
            "day",
            "event",
            {**site, "kind": "outage"},
            {"title": "Boîtier éteint", "text": "7 h sans mesure ; l'énergie est répartie sur cette durée."},
            seconds(GAP[1]),
        )
        yield Point(
            "day",
            "event",
            {**site, "kind": "power"},
            {"title": "Puissance souscrite dépassée", "text": "Jusqu'à 6,5 kVA pour 6 kVA souscrits, pendant 2 min."},
            seconds(datetime(2026, 3, 1, 19, 45, tzinfo=PARIS)),
        )
    yield Point(
        "day",
        "event",
        {**site, "kind": "box"},
        {"title": "Boîtier redémarré", "text": "Après une mise à jour."},
        seconds(NOW - timedelta(days=4, hours=5)),
    )


def points():
    for home in HOMES:
        yield from history(home)
