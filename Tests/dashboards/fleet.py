"""A known fleet: eight days of seven boxes, two with one site's name, each with one thing that a centre must see."""

from collections import namedtuple
from datetime import date, timedelta

from homes import NOW, QUARTER, Point, chance, midnight, seconds, sunshine

Member = namedtuple("Member", "site box peak phases is_historic")
FLEET = [
    Member("ecole", "aaaaa-22222", 36_000, 3, False),  # its roof is shared; too high a voltage at noon
    Member("maison", "bbbbb-33333", 0, 1, False),  # its card takes nothing more
    Member("maison", "ccccc-44444", 3_000, 1, False),  # the other box of that site
    Member("gite", "ddddd-55555", 0, 1, True),  # mode historique: no voltage, no injection; it was called otherwise
    Member("ferme", "eeeee-66666", 9_000, 3, False),  # its clock is doubted for two hours
    Member("mairie", "fffff-77777", 0, 1, False),  # silent since yesterday, its card is full
    Member("atelier", "ggggg-88888", 0, 1, False),  # its card was copied: two machines; and it is worn out
]
FIRST = midnight(NOW.date() - timedelta(days=8))
LAST = seconds(NOW)
NEWEST = LAST - QUARTER  # what begins then or later nobody has sent yet
SILENT_SINCE = LAST - 26 * 3600
DOUBT = (midnight(NOW.date() - timedelta(days=2)) + 10 * 3600, midnight(NOW.date() - timedelta(days=2)) + 12 * 3600)

# The noon on which the holiday home got its present name.
RENAMED = midnight(NOW.date() - timedelta(days=4)) + 12 * 3600

# One told its health once with a clock that was far ahead.
AHEAD = midnight(date(2099, 1, 1))

# Who shares: the school's roof by fixed keys, then by what each draws. As the file that influx/share reads.
OPERATION = "village"
STATIC = {"bbbbb-33333": 0.4, "ccccc-44444": 0.25, "eeeee-66666": 0.2}
PRORATA_DAY = NOW.date() - timedelta(days=3)
TABLE = [
    f"{OPERATION} {NOW.date() - timedelta(days=8)} aaaaa-22222 producer",
    *(f"{OPERATION} {NOW.date() - timedelta(days=8)} {box} consumer {key * 100:g}" for box, key in STATIC.items()),
    *(f"{OPERATION} {PRORATA_DAY} {box} consumer prorata" for box in STATIC),
]


def is_there(member, second):
    return member.site != "mairie" or second < SILENT_SINCE


def site_of(member, second):
    return "grange" if member.site == "gite" and second < RENAMED else member.site


def energy(member, second):
    """Wh of the quarter that begins then."""
    made = round(member.peak * sunshine(second + 450, 0.8) / 4)
    used = round(40 + 500 * chance("fleet", member.box, second // QUARTER))
    if member.is_historic:
        return {"import_wh": float(used), "consumption_wh": float(used), "estimated": False}
    fields = {"import_wh": float(max(0, used - made)), "export_wh": float(max(0, made - used))}
    if member.peak:
        fields["production_wh"] = float(made)
    return fields | {"consumption_wh": float(used), "estimated": chance("gap", member.box, second) > 0.99}


def voltage(member, second, phase):
    value = 232 + phase + 8 * sunshine(second, 0.9) + 4 * chance("volt", member.box, phase, second)
    if member.site == "ecole" and phase == 2:
        value += 30 * sunshine(second, 1.0)
    if member.site == "ferme" and phase == 1 and second == DOUBT[1]:
        value = 203.5
    return value


def health(member, second):
    place = second - FIRST
    wear = 3 if member.site == "mairie" else 1
    fields = {
        "frames": place,
        "frame_errors": 0,
        "queue_points": int(4 + 20 * chance("queue", member.box, second)),
        "spool_bytes": int(4096 * (1 + 3 * chance("spool", member.box, second))),
        "dropped": 120 if member.site == "mairie" and second > SILENT_SINCE - 7200 else 0,
        "sd_bytes": wear * place * 700,
        "cpu_temp_c": 44 + 20 * chance("heat", member.box) + 3 * chance("temp", member.box, second),
        "mem_used_pct": 35 + 20 * chance("memory", member.box, second),
        "disk_used_pct": (92.5 if member.site == "mairie" else 20.0) + place / 1e6,
        "disk_read_only": int(member.box == "bbbbb-33333" and second > LAST - 7200),
        "uptime_s": 86_400 * 3 + place,
        "clock": 1 if member.site == "ferme" and DOUBT[0] <= second < DOUBT[1] else 2,
        "machine": 41 + (member.site == "atelier" and second // QUARTER % 2),
    }
    if not member.is_historic:  # its file system is no ext4
        fields["disk_errors"] = 3 if member.site == "ecole" and second > DOUBT[0] else 0
    if member.site in ("atelier", "ferme"):  # their cards tell
        fields |= {"card_used_pct": 90, "card_reserve": 2} if member.site == "atelier" else {"card_used_pct": 10, "card_reserve": 1}
    return fields


def events(member):
    tags = {"site": site_of(member, FIRST), "box": member.box}

    def event(kind, second, title, text):
        return Point("day", "event", {**tags, "kind": kind}, {"title": title, "text": text}, second)

    yield event("box", FIRST, "Box rattachée au centre", f"{member.site.capitalize()} {member.box[:5]}")
    if member.site == "maison":
        yield event("outage", LAST - 5000, "Plus de mesure de linky", "linky est muet depuis 5 minutes.")
        yield event("tempo", LAST - 4000, "Aujourd'hui : jour BLEU", "")


def points():
    for member in FLEET:
        named = {"site": member.site, "box": member.box}
        linky = {**named, "source": "linky"}
        yield from events(member)
        if member.is_historic:
            yield Point("raw", "box", named, {"uptime_s": 86_400}, AHEAD)
        for second in range(FIRST, NEWEST, QUARTER):
            if not is_there(member, second):
                continue
            tags = {**named, "site": site_of(member, second)}
            yield Point("m15", "energy", tags, energy(member, second), second)
            yield Point("raw", "box", tags, health(member, second), second + QUARTER + 65)
            for phase in range(1, member.phases + 1) if not member.is_historic else ():
                value = voltage(member, second, phase)
                fields = {"v_min": value - 2, "v_max": value + 2, "v_avg": value, "va_max": 900.0}
                yield Point("m15", "phase", {**linky, "phase": str(phase)}, fields, second)
        for phase in range(1, member.phases + 1) if not member.is_historic else ():
            for day in range(8):
                out = 600.0 * phase if member.site == "ecole" and phase > 1 else 0.0
                fields = {"v_min": 228.0, "v_max": 240.0, "out_s": out}
                at = midnight(NOW.date() - timedelta(days=8 - day))
                yield Point("day", "phase", {**named, "phase": str(phase)}, fields, at)


def keys_at(second):
    return dict.fromkeys(STATIC) if second >= midnight(PRORATA_DAY) else STATIC


def sharing(second):
    """{box: (what it drew, what it got, its key)}, and what was injected; `None` for a quarter that is not shared."""
    if doubted(second) or second >= NEWEST:
        return None
    roof = next(member for member in FLEET if member.site == "ecole")
    produced = energy(roof, second)["export_wh"]
    drawn = {member.box: energy(member, second)["import_wh"] for member in FLEET if member.box in STATIC}
    keys, total = keys_at(second), sum(drawn.values())
    if None in keys.values():
        keys = {box: wh / total if total else 0.0 for box, wh in drawn.items()}
    return {box: (wh, min(wh, produced * keys[box]), keys[box]) for box, wh in drawn.items()}, produced


def doubted(second):
    """Whether the farm's clock was doubted in the health of that quarter or the next: it is told 65 s after each."""
    told = [at + QUARTER + 65 for at in range(FIRST, NEWEST, QUARTER) if DOUBT[0] <= at < DOUBT[1]]
    return any(at // QUARTER * QUARTER in (second, second + QUARTER) for at in told)
