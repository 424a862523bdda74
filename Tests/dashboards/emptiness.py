"""Which panels may be empty in which home, why, and what they must then say."""

# (site, dashboard, panel or *): why nothing is there. The reason is checked: a white-listed panel must be empty.
VOLTAGE = "mode historique gives no voltage"
EXPORT = "mode historique gives no injection"
SOLAR = "no panels, so no production"
PULSES = "this home has no such meter"
PARTS = "no consumer has a meter of its own"
NEVER = "it never happened"
WHY_EMPTY = {
    (
        "maison",
        "impulsions",
        ("Chaleur : aujourd'hui", "Chaleur : ce mois", "Chaleur : cette année", "Chaleur par jour"),
    ): PULSES,
    (
        "atelier",
        "impulsions",
        (
            "Eau : aujourd'hui",
            "Eau : ce mois",
            "Eau : cette année",
            "Eau par jour",
            "Gaz : aujourd'hui",
            "Gaz : ce mois",
            "Gaz : cette année",
            "Gaz par jour",
            "Fuite d'eau ?",
        ),
    ): PULSES,
    ("gite", "maintenant", ("Production", "Produit", "Autonomie")): SOLAR,
    ("gite", "maintenant", ("Injection", "Injecté")): EXPORT,
    ("gite", "maintenant", ("Tension",)): VOLTAGE,
    ("gite", "mobile", ("Production",)): SOLAR,
    ("gite", "mobile", ("Injection",)): EXPORT,
    ("gite", "mobile", ("Tension",)): VOLTAGE,
    (
        "gite",
        "energie",
        (
            "Production",
            "Taux d'autoconsommation",
            "Taux d'autonomie",
            "Où va la production",
            "Production : jour × heure",
        ),
    ): SOLAR,
    ("gite", "energie", ("Injection",)): EXPORT,
    ("gite", "energie", ("Qui consomme",)): PARTS,
    ("maison", "energie", ("Qui consomme",)): PARTS,
    ("gite", "tarifs", ("Surplus vendu cette année",)): EXPORT,
    ("gite", "tension", ("*",)): VOLTAGE,
    (
        "gite",
        "mois",
        (
            "Produit cette année",
            "Produit l'an dernier",
            "Plus grosses productions",
            "Autonomie et autoconsommation par mois",
        ),
    ): SOLAR,
    ("gite", "mois", ("Plus grosses injections",)): EXPORT,
    ("gite", "puissance", ("Pointe du jour",)): "mode historique gives no daily maximum",
    ("atelier", "puissance", ("Dépassements",)): NEVER,
    ("gite", "puissance", ("Dépassements",)): NEVER,
    ("gite", "pdl", ("État du compteur",)): "mode historique gives no status register",
    ("gite", "impulsions", ("*",)): PULSES,
}


def reason(site, uid, title):
    for (at, where, titles), why in WHY_EMPTY.items():
        if (at, where) == (site, uid) and (title in titles or "*" in titles):
            return why
    return None


def speaks(panel):
    """What a household reads in an empty panel."""
    return panel["fieldConfig"]["defaults"].get("noValue", "")


def check_empty(site, uid, panel, problems):
    where = f"{site}: {uid}: {panel['title']}"
    why = reason(site, uid, panel["title"])
    if why is None:
        problems.append(f"{where}: empty, and nobody said why it may be")
        return
    words = speaks(panel)
    if len(words) < 8 or words == "No data":
        problems.append(f"{where}: empty, and says only “{words}”")
    if why in (VOLTAGE, EXPORT) and "historique" not in (words + panel["description"]).lower():
        problems.append(f"{where}: empty in mode historique without saying so")
