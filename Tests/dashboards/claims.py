"""What each panel says it shows, worked out from the points themselves, without InfluxQL.

A claim takes the scope (home, range, interval) and returns {series: value}, {series: {milliseconds: value}} or
{series: rows}; the name * stands for the only series, and in a row for a time that the panel hides.
"""

from homes import local
from truth import Scope, apart, mean, over, running, scaled, spread

E, D, T = "m15.energy", "day.energy", "m15.tariff"


def kwh(field):
    return lambda s: {"*": scaled(s.total(E, field), 1e-3)}


def own(s, every=None, name=E):
    """What was produced and not injected, in kWh."""
    if every:
        return apart(
            s.buckets(name, "production_wh", every), s.buckets(name, "export_wh", every), lambda a, b: (a - b) / 1000
        )
    made, given = s.total(E, "production_wh"), s.total(E, "export_wh")
    return None if made is None or given is None else (made - given) / 1000


def used(s, every=None, name=E):
    """What the house used and did not draw, in kWh, where something is produced; what a battery gave is in it."""
    if not s.values(name, "production_wh"):
        return {} if every else None
    if every:
        all_of_it, drawn = (s.buckets(name, field, every) for field in ("consumption_wh", "import_wh"))
        return apart(all_of_it, drawn, lambda a, b: (a - b) / 1000)
    return (s.total(name, "consumption_wh") - s.total(name, "import_wh")) / 1000


def battery(every=None, name=E, titles=("Charge", "Décharge")):
    def sums(s):
        both = zip(titles, ("charge_wh", "discharge_wh"))
        return {t: scaled(s.buckets(name, f, every) if every else s.total(name, f), 1e-3) for t, f in both}

    return sums


def stacked(every, name=E):
    return lambda s: {
        "Autoconsommation": used(s, every, name),
        "Soutirage": scaled(s.buckets(name, "import_wh", every), 1e-3),
        "Injection": scaled(s.buckets(name, "export_wh", every), 1e-3),
    }


def live(field):
    return lambda s: {"*": s.buckets("raw.flow", field, 10, mean)}


def powers(s):
    step = s.step // 1000
    return {
        "Production": s.buckets("raw.flow", "production_w", step, mean),
        "Soutirage": s.buckets("raw.flow", "import_w", step, mean),
        "Injection": s.buckets("raw.flow", "export_w", step, mean),
        "Consommation": s.buckets("raw.flow", "consumption_w", step, mean),
    }


def battery_powers(s):
    step = s.step // 1000
    return {
        "Charge": s.buckets("raw.flow", "charge_w", step, mean),
        "Décharge": s.buckets("raw.flow", "discharge_w", step, mean),
    }


def load(s):
    last = s.points("raw.linky")[-1].fields
    return {"Charge": last["va_in"] / last["pref_va"] * 100}


def autonomy(s):
    return {"*": over(used(s), s.total(E, "consumption_wh"), 1e5)}


def ages(s):
    return s.each("source", "raw.source", lambda tags: s.last_of("raw.source", "late_s", **tags))


def heat(field):
    return lambda s: {
        hour: scaled(days, 1e-3)
        for hour, days in s.each(
            "hour", "m15.hourly", lambda tags: s.buckets("m15.hourly", field, "1d", **tags)
        ).items()
        if days
    }


def money(field, by=1.0):
    return lambda s: {"*": scaled(s.total(D, field), by)}


def bill(s):
    """What was bought, and the subscription where the household told it."""
    return {"*": added(s.total(D, "eur_import"), s.total(D, "eur_subscription"))}


def added(one, other):
    known = [value for value in (one, other) if value is not None]
    return sum(known) if known else None


def bills(s):
    """The same day by day."""
    days = s.buckets(D, "eur_import", "1d")
    for time, value in s.buckets(D, "eur_subscription", "1d").items():
        days[time] = added(days.get(time), value)
    return days


def by_register(value):
    return lambda s: s.each("register", T, lambda tags: value(s, tags))


def registers(s):
    return s.each("register", "raw.index", lambda tags: s.last_of("raw.index", "wh", **tags) / 1000)


def volts(field, how, name="m15.phase"):
    return lambda s: s.each("phase", name, lambda tags: how(s.values(name, field, **tags) or [None]), "Phase {}")


def amplitude(s):
    return s.each(
        "phase",
        "m15.phase",
        lambda tags: (
            max(s.values("m15.phase", "v_max", **tags)) - min(s.values("m15.phase", "v_min", **tags))
            if s.values("m15.phase", "v_max", **tags)
            else None
        ),
        "Phase {}",
    )


def volt_now(s):
    return s.each("phase", "raw.phase", lambda tags: s.last_of("raw.phase", "v", **tags), "Phase {}")


def months(s):
    rows = [(point.time * 1000, point.fields) for point in s.points("day.energy_month")]

    def line(value):
        return {time: value(fields) for time, fields in rows if value(fields) is not None}

    return line


def share(above, below):
    def value(fields):
        if "production_wh" not in fields or not fields[below]:
            return None
        return (fields["production_wh"] - fields["export_wh"]) / fields[below] * above

    return value


def field(name, by):
    return lambda fields: fields[name] * by if name in fields else None


def best(name, what, by=1.0, count=10):
    """The highest values as InfluxQL's top() gives them: with their times, in the order of time."""

    def rows(s):
        known = [(point.time * 1000, point.fields[what]) for point in s.points(name) if what in point.fields]
        highest = sorted(known, key=lambda pair: (-pair[1], pair[0]))[:count]
        return {"*": [[time, value * by] for time, value in sorted(highest)]}

    return rows


def highest_days(name, what, count=10):
    """The highest value of each of the days with the highest, at its own time, in the order of time."""

    def rows(s):
        days = {}
        for point in s.points(name):
            day, pair = local(point.time).date(), (-point.fields.get(what, 0), point.time * 1000)
            days[day] = min(days.get(day, pair), pair)
        return {"*": sorted([time, -value] for value, time in sorted(days.values())[:count])}

    return rows


def events(*kinds, limit, fields=("title", "text")):
    def rows(s):
        known = [point for point in s.points("day.event") if not kinds or point.tags["kind"] in kinds]
        known = sorted(known, key=lambda point: -point.time)[:limit]
        return {"*": [[point.time * 1000, *(point.fields[field] for field in fields)] for point in known]}

    return rows


def rows_by(tags, name, fields):
    def rows(s):
        groups = {}
        for point in s.points(name):
            groups.setdefault(tuple(point.tags[tag] for tag in tags), {}).update(point.fields)
        return {"*": [["*", *key, *(last[one] for one in fields)] for key, last in sorted(groups.items())]}

    return rows


def meters(role, every=None, by=1):
    what = {"role": role}
    if every:
        return lambda s: s.each(
            "source", "m15.meter", lambda tags: scaled(s.buckets("m15.meter", "value", every, **tags), by), **what
        )
    return lambda s: s.each(
        "source", "m15.meter", lambda tags: scaled(s.total("m15.meter", "value", **tags), by), **what
    )


def gas(s):
    """The kWh and the euros of gas, where the household told what a m³ has and costs."""
    energy, euros = (s.total("m15.meter", name, role="gas") for name in ("wh", "eur"))
    return {"Énergie": scaled(energy, 1e-3), "Coût": euros}


def box(name, how, by=1):
    return lambda s: {"*": how(s.values("raw.box", name)) * by}


def newest(values):
    return values[-1]


def derivative(s):
    """Frames a minute, from one point to the next, which is a minute later."""
    points = s.points("raw.box")
    return {"*": {two.time * 1000: two.fields["frames"] - one.fields["frames"] for one, two in zip(points, points[1:])}}


def differences(s):
    before = Scope(s.truth, s.site, s.first - 900_000, s.last, s.step)

    def steps(name):
        newest_of = before.buckets("raw.box", name, 900, newest)
        return {key: value - newest_of[key - 900_000] for key, value in newest_of.items() if key - 900_000 in newest_of}

    return {"Erreurs": steps("frame_errors"), "Retenues": steps("quarantined")}


def means(**named):
    return lambda s: {name: s.buckets("raw.box", what, s.step // 1000, how) for name, (what, how) in named.items()}


def band(s):
    step = s.step // 1000
    return {
        name: s.buckets("m15.phase", what, step, how)
        for name, what, how in (("Minimum", "v_min", min), ("Maximum", "v_max", max), ("Moyenne", "v_avg", mean))
    }


def margin(s):
    return {"*": min(p.fields["pref_va"] - p.fields["va_max"] for p in s.points("m15.power"))}


def leak(s):
    hours = s.buckets("m15.meter", "value", 3600, role="water")
    return {"*": min(hours.values()) if hours else None}


def above(kva):
    return lambda s: {f"{kva} kVA": sum(value > kva * 1000 for value in s.values("m15.power", "va_max")) or None}


def fact(name):
    return lambda s: {"valeur": s.points("day.site_info", ever=True)[-1].fields.get(name)}


def tomorrow(s):
    return {"valeur": s.points("day.site_info")[-1].fields.get("tomorrow")}


TODAY = {"Produit": "production_wh", "Soutiré": "import_wh", "Injecté": "export_wh", "Consommé": "consumption_wh"}
COMMON = {
    "Production": live("production_w"),
    "Soutirage": live("import_w"),
    "Injection": live("export_w"),
    "Consommation": live("consumption_w"),
    "Puissance souscrite utilisée": load,
    "Tension": volt_now,
    "Production, soutirage et injection": powers,
    "Production, soutirage et injection B": battery_powers,
    "Tout va bien ? A": ages,
    "Tout va bien ? B": lambda s: {
        "Carte SD": s.last_of("raw.box", "disk_used_pct"),
        "Processeur": s.last_of("raw.box", "cpu_temp_c"),
    },
    "Tout va bien ? C": lambda s: {"Batterie": s.last_of("raw.flow", "soc_pct")},
    "Derniers évènements": events(limit=20),
    "Coût du jour": bill,
}
CLAIMS = {
    "maintenant": COMMON
    | {title: kwh(name) for title, name in TODAY.items()}
    | {
        "Autonomie": autonomy,
        "Aujourd'hui, heure par heure": stacked(3600),
        "Aujourd'hui, heure par heure B": battery(3600),
        "Aujourd'hui, cumul": lambda s: {
            title: running(s.buckets(E, name, 900), 1e-3)
            for title, name in (("Production", "production_wh"), ("Soutirage", "import_wh"), ("Injection", "export_wh"))
        },
    },
    "mobile": COMMON
    | {
        "Aujourd'hui": lambda s: {title: scaled(s.total(E, name), 1e-3) for title, name in TODAY.items()},
        "Aujourd'hui B": battery(titles=("Chargé", "Déchargé")),
        "Énergie par jour (14 jours)": stacked("1d", D),
        "Énergie par jour (14 jours) B": battery("1d", D),
        "Derniers évènements": events(limit=20, fields=("title",)),
    },
    "energie": {
        "Consommation": kwh("consumption_wh"),
        "Production": kwh("production_wh"),
        "Soutirage": kwh("import_wh"),
        "Injection": kwh("export_wh"),
        "Taux d'autoconsommation": lambda s: {"*": over(own(s), s.total(E, "production_wh"), 1e5)},
        "Taux d'autonomie": autonomy,
        "Énergie par jour": stacked("1d"),
        "Énergie par jour B": battery("1d"),
        "Qui consomme": lambda s: s.each(
            "source",
            "m15.meter",
            lambda tags: s.total("m15.meter", "value", **tags) / 1000,
            role="consumption",
        ),
        "Qui consomme B": lambda s: {"Le reste": scaled(s.total(E, "rest_wh"), 1e-3)},
        "D'où vient l'électricité consommée": lambda s: {
            "Autoconsommation": used(s),
            "Soutirage": scaled(s.total(E, "import_wh"), 1e-3),
        },
        "Où va la production": lambda s: {
            "Autoconsommation": own(s),
            "Injection": scaled(s.total(E, "export_wh"), 1e-3),
        },
        "Consommation : jour × heure": heat("consumption_wh"),
        "Soutirage : jour × heure": heat("import_wh"),
        "Production : jour × heure": heat("production_wh"),
    },
    "tarifs": {
        "Aujourd'hui": bill,
        "Ce mois": bill,
        "Cette année": bill,
        "Surplus vendu cette année": money("eur_export"),
        "Prix moyen du kWh": lambda s: {"*": over(s.total(T, "eur"), s.total(T, "wh"), 1000)},
        "Demain (Tempo)": tomorrow,
        "Énergie achetée par jour": by_register(lambda s, tags: scaled(s.buckets(T, "wh", "1d", **tags), 1e-3)),
        "Coût par jour": by_register(lambda s, tags: s.buckets(T, "eur", "1d", **tags)),
        "Répartition des kWh": by_register(lambda s, tags: s.total(T, "wh", **tags) / 1000),
        "Répartition des euros": by_register(lambda s, tags: s.total(T, "eur", **tags)),
        "Prix moyen par période": by_register(
            lambda s, tags: s.total(T, "eur", **tags) / s.total(T, "wh", **tags) * 1000
        ),
        "Index du compteur": registers,
        "Dépense cumulée du mois": lambda s: {"Dépense": running(bills(s))},
        "Achats, vente et économies par jour": lambda s: {
            "Achat": s.buckets(D, "eur_import", "1d"),
            "Abonnement": s.buckets(D, "eur_subscription", "1d"),
            "Économie": s.buckets(D, "eur_saved", "1d"),
            "Vente": s.buckets(D, "eur_export", "1d"),
        },
    },
    "tension": {
        "Maintenant": volt_now,
        "Minimum du jour": volts("v_min", min),
        "Maximum du jour": volts("v_max", max),
        "Amplitude du jour": amplitude,
        "Minimum sur 30 jours": volts("v_min", min),
        "Maximum sur 30 jours": volts("v_max", max),
        "Plage de tension": band,
        "Tension et injection A": lambda s: s.each(
            "phase", "m15.phase", lambda tags: s.buckets("m15.phase", "v_avg", s.step // 1000, mean, **tags), "Phase {}"
        ),
        "Tension et injection B": lambda s: {"Injection": scaled(s.buckets(E, "export_wh", s.step // 1000, mean), 4)},
        "Plage par jour": lambda s: {
            "Minimum": s.buckets("day.phase", "v_min", "1d", min),
            "Maximum": s.buckets("day.phase", "v_max", "1d", max),
        },
        "Durée hors limites par jour": lambda s: s.each(
            "phase", "day.phase", lambda tags: scaled(s.buckets("day.phase", "out_s", "1d", **tags), 1 / 60), "Phase {}"
        ),
        "Répartition des tensions": lambda s: {
            "Tension": [[p.time * 1000, p.fields["v_avg"]] for p in s.points("m15.phase") if "v_avg" in p.fields]
        },
        "Périodes hors limites": events("voltage", limit=50),
    },
    "mois": {
        **{
            f"{what} {when}": (lambda s, name=name, by=by: {"*": scaled(s.total(D, name), by)})
            for what, name, by in (
                ("Soutiré", "import_wh", 1e-3),
                ("Produit", "production_wh", 1e-3),
            )
            for when in ("cette année", "l'an dernier")
        },
        "Dépensé cette année": bill,
        "Dépensé l'an dernier": bill,
        "Énergie par mois": lambda s: {
            "Autoconsommation": months(s)(
                lambda f: (f["consumption_wh"] - f["import_wh"]) / 1000 if "production_wh" in f else None
            ),
            "Soutirage": months(s)(field("import_wh", 1e-3)),
            "Injection": months(s)(field("export_wh", 1e-3)),
        },
        "Énergie par mois B": lambda s: {
            "Charge": months(s)(field("charge_wh", 1e-3)),
            "Décharge": months(s)(field("discharge_wh", 1e-3)),
        },
        "Facture et vente par mois": lambda s: {
            "Achat": months(s)(field("eur_import", 1)),
            "Abonnement": months(s)(field("eur_subscription", 1)),
            "Économie": months(s)(field("eur_saved", 1)),
            "Vente": months(s)(field("eur_export", 1)),
        },
        "Autonomie et autoconsommation par mois": lambda s: {
            "Autonomie": months(s)(
                lambda f: (
                    (f["consumption_wh"] - f["import_wh"]) / f["consumption_wh"] * 100 if "production_wh" in f else None
                )
            ),
            "Autoconsommation": months(s)(share(100, "production_wh")),
        },
        "Plus grosses productions": best(D, "production_wh", 1e-3),
        "Plus gros soutirages": best(D, "import_wh", 1e-3),
        "Plus grosses injections": best(D, "export_wh", 1e-3),
    },
    "puissance": {
        "Puissance souscrite": lambda s: {"*": s.last_of("raw.linky", "pref_va")},
        "Plus forte pointe": lambda s: {"*": max(s.values("m15.power", "va_max"))},
        "Marge restante": margin,
        "Pointe du jour": lambda s: {"*": s.last_of("raw.linky", "smax_va")},
        "Plus forte puissance de chaque jour": lambda s: {
            "Pointe": s.buckets("m15.power", "va_max", "1d", max),
            "Souscrit": s.buckets("m15.power", "pref_va", "1d", max),
        },
        **{f"Quarts d'heure au-dessus de … {ref}": above(kva) for ref, kva in zip("ABCDE", (3, 6, 9, 12, 15))},
        "Les dix plus fortes pointes": highest_days("m15.power", "va_max"),
        "Dépassements": events("power", limit=50),
        "Répartition des pointes": lambda s: {
            "Pointe": [[p.time * 1000, p.fields["va_max"]] for p in s.points("m15.power")]
        },
    },
    "pdl": {
        "Nom": fact("name"),
        "N° de PDL (PRM)": fact("prm"),
        "Compteur": fact("meter"),
        "Mode TIC": fact("tic_mode"),
        "Contrat": fact("contract"),
        "Puissance souscrite": fact("pref_kva"),
        "Phases": fact("phases"),
        "État du compteur": fact("stge_text"),
        "Demain (Tempo)": tomorrow,
        "Index totaux": lambda s: {
            "Soutirage (EAST)": scaled(s.last_of("raw.linky", "wh_in"), 1e-3),
            "Injection (EAIT)": scaled(s.last_of("raw.linky", "wh_out"), 1e-3),
        },
        "Index par période tarifaire": registers,
        "Où se trouve-t-il ?": lambda s: {
            "*": [
                [
                    "*",
                    s.points("day.site_info", ever=True)[-1].fields["lat"],
                    s.points("day.site_info", ever=True)[-1].fields["lon"],
                ]
            ]
        },
    },
    "sante": {
        "Lectures par minute": derivative,
        "Erreurs de lecture": box("frame_errors", spread),
        "En attente": box("queue_points", newest),
        "Température du processeur": box("cpu_temp_c", newest),
        "Carte SD occupée": box("disk_used_pct", newest),
        "Allumé depuis": box("uptime_s", newest, 1 / 86400),
        "Appareils": rows_by(["source"], "raw.source", ["state", "age_s", "late_s", "reads", "errors", "reconnects"]),
        "Écrit sur la carte": box("sd_bytes", spread, 1e-6),
        "Base de données": box("db_bytes", newest, 1e-6),
        "Température et charge": means(Température=("cpu_temp_c", mean), Charge=("load1", mean)),
        "Mémoire et carte SD": means(**{"Mémoire": ("mem_used_pct", mean), "Carte SD": ("disk_used_pct", mean)}),
        "Erreurs et lectures retenues": differences,
        "File d'attente et écriture": means(**{"En attente": ("queue_points", max), "Écriture": ("write_ms", mean)}),
        "Évènements du boîtier": events("box", "outage", "meter", limit=50),
    },
    "impulsions": {
        **{
            f"{name} : {when}": meters(role)
            for role, name in (("water", "Eau"), ("gas", "Gaz"), ("heat", "Chaleur"))
            for when in ("aujourd'hui", "ce mois", "cette année")
        },
        **{
            f"{name} par jour": meters(role, "1d")
            for role, name in (("water", "Eau"), ("gas", "Gaz"), ("heat", "Chaleur"))
        },
        # Of a day in litres, of a month and a year in m³.
        "Eau : aujourd'hui": meters("water", by=1000),
        "Eau par jour": meters("water", "1d", 1000),
        **{f"Gaz : {when} B": gas for when in ("aujourd'hui", "ce mois", "cette année")},
        "Fuite d'eau ?": leak,
        "Compteurs": rows_by(["role", "source"], "raw.pulse", ["value", "count", "rejected", "lost"]),
    },
}


def find(uid, title, ref):
    panel = CLAIMS.get(uid, {})
    return panel.get(f"{title} {ref}", panel.get(title))
