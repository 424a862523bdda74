"""Three homes of which everything is known: thirteen months of quarter hours and days, two days of raw readings.

    maison    one phase, Linky in mode standard, solar panels, off-peak hours, water and gas meters
    atelier   three phases, Linky in mode standard, two inverters, one price, a heat meter
    gite      one phase, Linky in mode historique (no voltage, no injection), no panels, Tempo

The span holds three changes of the clock, the last one within the raw days; "maison" was off for seven hours once.
Nothing is random: the same points each time. `points()` is the only thing that the checks take from here, so another
source of points (the program's own simulation, say) goes in its place.
"""
import math
from collections import namedtuple
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 10, 25, 15, 40, tzinfo=PARIS)          # a Sunday: at 3 h it was 2 h again
FIRST = datetime(2025, 10, 1, tzinfo=PARIS)
RAW_FIRST = datetime(2026, 10, 24, tzinfo=PARIS)
GAP = (datetime(2026, 9, 12, 20, tzinfo=PARIS), datetime(2026, 9, 13, 3, tzinfo=PARIS))
QUARTER = 900

Point = namedtuple("Point", "policy measurement tags fields time")   # time in seconds since 1970, UTC


def seconds(moment):
    return int(moment.timestamp())


def local(second):
    return datetime.fromtimestamp(second, timezone.utc).astimezone(PARIS)


def midnight(day):
    return seconds(datetime.combine(day, time(), PARIS))


def chance(*what):
    """Between 0 and 1, always the same for the same things."""
    value = 2166136261
    for byte in repr(what).encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    value ^= value >> 15
    value = value * 0x2C1B3C6D & 0xFFFFFFFF
    return ((value ^ value >> 12) & 0xFFFFFFFF) / 2**32


def sunshine(second, cloudy):
    """The share of the panels' peak that the sun gives, 47° north."""
    moment = datetime.fromtimestamp(second, timezone.utc)
    year_angle = 2 * math.pi * (moment.timetuple().tm_yday - 81) / 365
    declination = math.radians(23.45) * math.sin(year_angle)
    hour_angle = math.radians(15) * (moment.hour + moment.minute / 60 + moment.second / 3600 + 0.15 - 12)
    north = math.radians(47)
    height = math.sin(north) * math.sin(declination) + math.cos(north) * math.cos(declination) * math.cos(hour_angle)
    return max(0.0, height) ** 1.15 * cloudy


def clearness(day):
    return (0.25, 0.45, 0.7, 0.9, 1.0, 1.0, 0.95)[int(chance("sky", day) * 7)]


def bump(hour, at, width):
    return math.exp(-((hour - at) / width) ** 2)


class Home:
    def __init__(self, site, phases, peak, base, contract, kva, standard=True, inverters=()):
        self.site, self.phases, self.peak, self.base = site, phases, peak, base
        self.contract, self.kva, self.standard, self.inverters = contract, kva, standard, inverters

    def production(self, second):
        day = local(second).date()
        passing = 1 - (0.45 * chance("cloud", day, second // 1200) if clearness(day) < 0.9 else 0.04)
        return self.peak * sunshine(second, clearness(day)) * passing

    def consumption(self, second):
        moment = local(second)
        hour, day = moment.hour + moment.minute / 60, moment.date()
        weekend = moment.weekday() >= 5
        winter = 0.5 + 0.5 * math.cos(2 * math.pi * (moment.timetuple().tm_yday - 15) / 365)
        watts = self.base * (0.7 + 0.2 * chance("base", self.site, day, moment.hour))
        watts += 900 * bump(hour, 7.5 + weekend, 1.0) + 1500 * bump(hour, 19.5, 1.6) + 500 * bump(hour, 12.5, 1.0 + weekend)
        watts += 1400 * winter * (0.8 + 0.4 * chance("cold", day)) * (0.6 + 0.4 * bump(hour, 20, 5))
        if 2 <= moment.hour < 4:
            watts += 1900                                   # the water heater
        if weekend and 14 <= hour < 16 and chance("oven", self.site, day) > 0.4:
            watts += 1600
        return watts * self.kva / 6 * (0.8 if self.phases == 3 else 1)

    def registers(self, second):
        """The register that counts at that time."""
        moment = local(second)
        cheap = moment.hour < 6 or moment.hour >= 22
        if self.contract == "BASE":
            return "F01"
        if self.contract == "HC":
            return "F01" if cheap else "F02"
        day = moment.date() if moment.hour >= 6 else moment.date() - timedelta(days=1)   # a Tempo day begins at 6 h
        return ("HC" if cheap else "HP") + "J" + tempo(day)[0]


def tempo(day):
    """B, W or R with its French name."""
    if day.month in (11, 12, 1, 2, 3):
        draw = chance("tempo", day)
        if day.weekday() < 5 and draw > 0.83:
            return "R", "ROUGE"
        if day.weekday() < 6 and draw > 0.55:
            return "W", "BLANC"
    return "B", "BLEU"


# € a kWh by register: a Linky in mode standard counts F01, F02 …, in mode historique the names of the contract.
PRICES = {
    "BASE": {"F01": 0.2016},
    "HC": {"F01": 0.1696, "F02": 0.2146},
    "TEMPO": {"HCJB": 0.1296, "HPJB": 0.1609, "HCJW": 0.1486, "HPJW": 0.1894, "HCJR": 0.1568, "HPJR": 0.7562},
}
RISE, RISEN = midnight(date(2026, 2, 1)), 1.03              # prices since then, times this
FEED_IN = 0.1269

HOMES = [
    Home("maison", 1, 5200, 260, "HC", 6, inverters=("toit",)),
    Home("atelier", 3, 9000, 420, "BASE", 12, inverters=("est", "ouest")),
    Home("gite", 1, 0, 180, "TEMPO", 9, standard=False),
]


def price(home, register, second):
    return PRICES[home.contract][register] * (RISEN if second >= RISE else 1)


def volts(home, second, phase, export_w):
    moment = local(second)
    hour = moment.hour + moment.minute / 60
    sunny = sunshine(second, clearness(moment.date()))
    value = 234 + 3 * (phase - 1) - 7 * bump(hour, 19.5, 2) + 9 * sunny + export_w / 900
    value += 4 * (chance("feeder", moment.date()) - 0.5) + 2.5 * (chance("v", home.site, phase, second // 900) - 0.5)
    if moment.date() in (date(2026, 10, 14), date(2026, 10, 2), date(2026, 6, 21)) and 12 <= moment.hour < 15:
        value = 252.5 + 2.5 * chance("high", second // 900)
    if moment.date() == date(2026, 10, 8) and moment.hour == 19 and phase == 1:
        value -= 23
    return value


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
        if missing:                                         # what the ledger spreads evenly over a gap
            made, used, direct = 0.0, 512.0, 0.0
        energy = {"import_wh": used - direct}
        if home.standard:
            energy |= {"export_wh": made - direct, "production_wh": made, "consumption_wh": used}
        register = home.registers(start)
        euros = energy["import_wh"] * price(home, register, start) / 1000
        yield Point("m15", "energy", site, {**energy, **({"estimated": True} if missing else {})}, start)
        yield Point("m15", "tariff", {**site, "register": register}, {"wh": energy["import_wh"], "eur": euros}, start)
        hour = hours.setdefault(start - start % 3600, {"hour": f"{moment.hour:02d}", "energy": {}})
        for key, value in energy.items():
            hour["energy"][key] = hour["energy"].get(key, 0.0) + value
        money = {"eur_import": euros}
        if home.standard:
            money |= {"eur_export": energy["export_wh"] * FEED_IN / 1000, "eur_saved": direct * price(home, register, start) / 1000}
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
        for name, role, litres in (("eau", "water", water(start)), ("gaz", "gas", gas(start)), ("chaleur", "heat", used / 900)):
            if (home.site == "maison" and role != "heat") or (home.site == "atelier" and role == "heat"):
                pulses[name] += litres
                yield Point("m15", "meter", {**site, "source": name, "role": role}, {"value": litres, "count": float(round(litres * 1000))}, start)
    for start, hour in hours.items():
        yield Point("m15", "hourly", {**site, "hour": hour["hour"]}, hour["energy"], start)
    for day, sums in days.items():
        yield Point("day", "energy", site, sums, midnight(day))
    for day, sums in months.items():
        yield Point("day", "energy_month", site, sums, midnight(day))
    for (day, phase), (low, high, out) in highs.items():
        yield Point("day", "phase", {**site, "phase": str(phase)}, {"v_min": low, "v_max": high, "out_s": float(out)}, midnight(day))
        if out > 0:
            word = "haute" if high > 253 else "basse"
            text = f"{(high if high > 253 else low):.0f} V, {out // 60} min {out % 60} s sur la phase {phase}"
            yield Point("day", "event", {**site, "kind": "voltage"}, {"title": f"Tension trop {word}", "text": text}, midnight(day) + 46800 + phase)
    yield from raw(home, totals, index, pulses)
    yield from facts(home)


def water(start):
    hour = local(start).hour + local(start).minute / 60
    drawn = chance("water", start)
    return round((bump(hour, 7.5, 0.9) + bump(hour, 19.5, 1.4)) * drawn * 0.045, 3) if drawn > 0.35 and 6 <= hour < 23 else 0.0


def gas(start):
    moment = local(start)
    winter = max(0.0, math.cos(2 * math.pi * (moment.timetuple().tm_yday - 15) / 365))
    return round(0.09 * winter * (0.5 + chance("gas", start)) + (0.02 * chance("hob", start) if moment.hour in (12, 19) else 0), 2)


def raw(home, totals, index, pulses):
    """The newest two days. The registers end where the quarters say."""
    site = {"site": home.site}
    source = {**site, "source": "linky"}
    first, end = seconds(RAW_FIRST), seconds(NOW)
    counts = {"frames": 0, "errors": 0, "held": 0, "sd": 0}
    top, top_day = 0, None
    energy_in, energy_out = totals["wh_in"], totals["wh_out"]
    for second in range(first, end + 1, 10):
        flicker = 1 + 0.05 * math.sin(second / 47) + 0.06 * (chance("f", home.site, second // 20) - 0.5)
        kettle = 2100 if chance("kettle", home.site, second // 240) > 0.965 and 7 <= local(second).hour < 22 else 0
        used = home.consumption(second) * flicker + kettle
        made = home.production(second) * (1 + 0.02 * math.sin(second / 130)) if home.peak else 0.0
        taken, given = max(0.0, used - made), max(0.0, made - used)
        va_in, va_out = round(taken / 0.95), round(given / 0.97)
        if local(second).date() != top_day:
            top, top_day = 0, local(second).date()
        top = max(top, va_in)
        left = end - second
        linky = {"va_in": va_in, "wh_in": int(energy_in - left * 0.1), "ntarf": 1, "pref_va": home.kva * 1000}
        phases = [{"i": round(va_in / 232 / home.phases), "va": round(va_in / home.phases)} for _ in range(home.phases)]
        flow = {"import_w": taken}
        if home.standard:
            linky |= {"va_out": va_out, "wh_out": int(energy_out - left * 0.05), "smax_va": top, "stge": 0x003A0001, "pcoup_va": home.kva * 1000}
            flow |= {"production_w": made, "export_w": given, "consumption_w": used}
            for number, fields in enumerate(phases, 1):
                volt = volts(home, second, number, given) + math.sin(second / 31 + number)
                fields |= {"v": round(volt), "v_avg": round(volts(home, second, number, given))}
        yield Point("raw", "linky", source, linky, second)
        for number, fields in enumerate(phases, 1):
            yield Point("raw", "phase", {**source, "phase": str(number)}, fields, second)
        yield Point("raw", "flow", site, flow, second)
        for number, name in enumerate(home.inverters):
            share = made / len(home.inverters)
            yield Point("raw", "production", {**site, "source": name, "kind": "inverter"}, {"w": share, "temp_c": 25 + share / 150}, second)
        if second % 60:
            continue
        counts["frames"] += 58 + int(4 * chance("frames", second))
        counts["errors"] += chance("bad", home.site, second) > 0.996
        counts["held"] += chance("held", home.site, second) > 0.9992
        counts["sd"] += int(14_000 + 6_000 * chance("sd", second))
        yield Point("raw", "box", site, {
            "frames": counts["frames"], "frame_errors": counts["errors"], "quarantined": counts["held"],
            "queue_points": int(5 + 25 * chance("queue", second)), "spool_bytes": 1_048_576,
            "write_ms": 6 + 8 * chance("write", second), "dropped": 0, "sd_bytes": counts["sd"],
            "cpu_temp_c": 47 + 5 * math.sin(second / 14_000) + chance("temp", second), "load1": 0.1 + 0.3 * chance("load", second) ** 2,
            "mem_used_pct": 38 + 2 * math.sin(second / 9_000), "disk_used_pct": 21.4 + (second - first) / 4e6,
            "db_bytes": 41_000_000 + (second - first) * 3, "uptime_s": float(second - first + 3_456_000)}, second)
        devices = ["linky", *home.inverters]
        for number, name in enumerate(devices):
            yield Point("raw", "source", {**site, "source": name}, {
                "age_s": 1.0 + number, "reads": counts["frames"] // (1 + number), "errors": counts["errors"] // (1 + 2 * number),
                "reconnects": number, "state": "reading"}, second)
        for register, wh in sorted(index.items()):
            yield Point("raw", "index", {**source, "register": register}, {"wh": int(wh - left * 0.03)}, second)
        if second % 300 == 0:
            for name, role in (("eau", "water"), ("gaz", "gas")) if home.site == "maison" else (("chaleur", "heat"),) if home.site == "atelier" else ():
                value = pulses[name] - left / 86400 * 0.2
                yield Point("raw", "pulse", {**site, "source": name, "role": role}, {
                    "count": int(value * 1000), "value": value, "rejected": 3, "lost": 0}, second)


def facts(home):
    site = {"site": home.site}
    for day in range(3):
        moment = midnight(NOW.date() - timedelta(days=day))
        yield Point("day", "site_info", site, {
            "prm": "••••••••••" + {"maison": "4821", "atelier": "0937", "gite": "5566"}[home.site], "name": {
                "maison": "Maison", "atelier": "Atelier", "gite": "Gîte des Tilleuls"}[home.site],
            "lat": 47.218, "lon": -1.553, "contract": {"BASE": "Base", "HC": "Heures creuses", "TEMPO": "Tempo"}[home.contract],
            "tic_mode": "standard" if home.standard else "historique", "pref_kva": float(home.kva), "phases": home.phases,
            "meter": "Linky monophasé" if home.phases == 1 else "Linky triphasé",
            **({"tomorrow": "BLANC"} if home.contract == "TEMPO" else {}),
            **({"stge_text": "Contact fermé ; pas de surtension ; pas de dépassement ; producteur : " + (
                "énergie négative" if home.peak else "non") + " ; communication : CPL synchronisé"} if home.standard else {})}, moment)
    day = FIRST.date()
    while day <= NOW.date() and home.contract == "TEMPO":
        if tempo(day)[0] != "B":
            yield Point("day", "event", {**site, "kind": "tempo"}, {
                "title": f"Tempo : jour {tempo(day)[1].lower()}", "text": "De 6 h à 6 h le lendemain."}, midnight(day) + 6 * 3600)
        day += timedelta(days=1)
    if home.site == "maison":
        yield Point("day", "event", {**site, "kind": "outage"}, {
            "title": "Boîtier éteint", "text": "7 h sans mesure ; l'énergie est répartie sur cette durée."}, seconds(GAP[1]))
        yield Point("day", "event", {**site, "kind": "power"}, {
            "title": "Puissance souscrite dépassée", "text": "Jusqu'à 6,5 kVA pour 6 kVA souscrits, pendant 2 min."},
            seconds(datetime(2026, 3, 1, 19, 45, tzinfo=PARIS)))
    yield Point("day", "event", {**site, "kind": "box"}, {
        "title": "Boîtier redémarré", "text": "Après une mise à jour."}, seconds(NOW - timedelta(days=4, hours=5)))


def points():
    for home in HOMES:
        yield from history(home)
