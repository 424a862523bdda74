"""Who takes part in a collective self-consumption, and what each gets of a quarter: no server, no clock."""

import os
import re
from datetime import date, datetime

QUARTER = 900
ROLES = ("producer", "consumer", "left")

FRENCH = {
    "share: {}": "partage : {}",
    "I do not know {}; --help says what there is": "je ne connais pas {} ; --help dit ce qu'il y a",
    "{} needs a value": "{} demande une valeur",
    "name one table of who takes part": "donnez une table des participants",
    "{} is no date such as 2026-01-31": "{} n'est pas une date comme 2026-01-31",
    "{} cannot be read: {}": "{} ne peut pas être lu : {}",
    "line {}: expected operation, date, box, role and key, found “{}”": (
        "ligne {} : on attend opération, date, box, rôle et clé, on trouve « {} »"
    ),
    "line {}: {} is no box; boxenergie identity prints it, such as k7f39-x2m4t": (
        "ligne {} : {} n'est pas une box ; boxenergie identity la donne, par exemple k7f39-x2m4t"
    ),
    "line {}: the operation {} may have small letters, digits, - and _ only": (
        "ligne {} : l'opération {} ne peut avoir que des minuscules, des chiffres, - et _"
    ),
    "line {}: {} is no role; there are producer, consumer and left": (
        "ligne {} : {} n'est pas un rôle ; il y a producer, consumer et left"
    ),
    "line {}: a {} has no key": "ligne {} : un {} n'a pas de clé",
    "line {}: a consumer needs a key in percent from 0 to 100, or the word prorata": (
        "ligne {} : un consumer a besoin d'une clé en pour cent de 0 à 100, ou du mot prorata"
    ),
    "line {}: {} has this role twice on {}": "ligne {} : {} a deux fois ce rôle au {}",
    "{} from {} on: the keys are {} %, more than 100": "{} à partir du {} : les clés font {} %, plus que 100",
    "{} from {} on: some consumers have a key in percent and some prorata": (
        "{} à partir du {} : des consommateurs ont une clé en pour cent et d'autres prorata"
    ),
    "{} does not answer: {}": "{} ne répond pas : {}",
    "{} refuses: {}": "{} refuse : {}",
    "{} is no InfluxDB, which alone can be asked in this way": (
        "{} n'est pas un InfluxDB, le seul à qui on peut demander ainsi"
    ),
    "{} is no address such as http://127.0.0.1:8086": "{} n'est pas une adresse comme http://127.0.0.1:8086",
    "{} is no time zone such as Europe/Paris": "{} n'est pas un fuseau horaire comme Europe/Paris",
    "{}: {} quarters shared, {} Wh of {} Wh produced": "{} : {} quarts d'heure partagés, {} Wh sur {} Wh produits",
    "{}: {} quarters not shared yet": "{} : {} quarts d'heure pas encore partagés",
    "    {}: missing {} times, doubtful {} times": "    {} : absent {} fois, douteux {} fois",
    "there is nobody in the table": "il n'y a personne dans la table",
    "nothing was written": "rien n'a été écrit",
    "    {}: an energy below zero {} times, which no meter counts: taken as doubtful": (
        "    {} : une énergie négative {} fois, ce qu'aucun compteur ne compte : tenue pour douteuse"
    ),
    "{} is not there: no table, no shares; is its path right?": (
        "{} n'existe pas : sans table, pas de parts ; le chemin est-il juste ?"
    ),
    "--from {} lies after --to {}; the first day comes first": (
        "--from {} est après --to {} ; le premier jour vient d'abord"
    ),
    "--from {} has not begun yet": "--from {} n'a pas encore commencé",
}


def words(text, *values):
    """In the language of the system, as the program chooses it."""
    language = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return (FRENCH[text] if language.startswith("fr") else text).format(*values)


class Failure(Exception):
    def __init__(self, code, text, *values):
        super().__init__(words(text, *values))
        self.code = code


# --- The table -------------------------------------------------------------------------------------------------------


def day_of(text, code):
    """A date; text that is none is refused with that exit code."""
    try:
        # Python's own reader also takes 2026-W01, as the first day of that week.
        if re.fullmatch(r"2[01]\d\d-\d\d-\d\d", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise Failure(code, "{} is no date such as 2026-01-31", text)


def midnight(day, zone):
    """The instant at which a day begins."""
    return int(datetime.combine(day, datetime.min.time(), zone).timestamp())


def key_of(number, role, text):
    """The share as a part of 1, `None` for prorata."""
    if role != "consumer":
        if text:
            raise Failure(78, "line {}: a {} has no key", number, role)
        return None
    if text == ["prorata"]:
        return None
    if len(text) == 1 and re.fullmatch(r"\d{1,3}([.,]\d+)?%?", text[0]):
        share = float(text[0].rstrip("%").replace(",", "."))
        if share <= 100:
            return share / 100
    raise Failure(78, "line {}: a consumer needs a key in percent from 0 to 100, or the word prorata", number)


class Operation:
    """Who takes part since when."""

    def __init__(self, name):
        self.name, self.lines = name, {}  # {(box, role): {since: (True, key) or (False, None)}}

    def add(self, number, since, box, role, key, shown):
        for one in ("producer", "consumer") if role == "left" else (role,):
            known = self.lines.setdefault((box, one), {})
            if since in known:
                raise Failure(78, "line {}: {} has this role twice on {}", number, box, shown)
            known[since] = (role != "left", key)

    def at(self, moment):
        """The producers, and {consumer: key or None}."""
        found = {"producer": set(), "consumer": {}}
        for (box, role), known in self.lines.items():
            since = max((one for one in known if one <= moment), default=None)
            if since is None or not known[since][0]:
                continue
            if role == "producer":
                found[role].add(box)
            else:
                found[role][box] = known[since][1]
        return found["producer"], found["consumer"]

    def boxes(self):
        return sorted({box for box, _ in self.lines})

    def check(self, zone):
        for since in sorted({since for known in self.lines.values() for since in known}):
            keys = list(self.at(since)[1].values())
            day = datetime.fromtimestamp(since, zone).date()
            given = [key for key in keys if key is not None]
            if given and len(given) < len(keys):
                raise Failure(
                    78, "{} from {} on: some consumers have a key in percent and some prorata", self.name, day
                )
            if sum(given) > 1 + 1e-9:
                raise Failure(
                    78, "{} from {} on: the keys are {} %, more than 100", self.name, day, f"{sum(given) * 100:g}"
                )


def operations_of(path, zone):
    try:
        # Windows puts a mark before the first letter.
        with open(path, encoding="utf-8-sig") as file:
            lines = file.read().splitlines()
    except FileNotFoundError:
        raise Failure(66, "{} is not there: no table, no shares; is its path right?", path) from None
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(78, "{} cannot be read: {}", path, error) from None
    found = {}
    for number, line in enumerate(lines, 1):
        parts = line.partition("#")[0].split()
        if not parts:
            continue
        if not 4 <= len(parts) <= 5:
            raise Failure(78, "line {}: expected operation, date, box, role and key, found “{}”", number, line.strip())
        name, since, box, role, *key = parts
        if not re.fullmatch(r"[a-z0-9_-]{1,40}", name):
            raise Failure(78, "line {}: the operation {} may have small letters, digits, - and _ only", number, name)
        if not re.fullmatch(r"[0-9a-z]{5}-[0-9a-z]{5}", box):
            raise Failure(78, "line {}: {} is no box; boxenergie identity prints it, such as k7f39-x2m4t", number, box)
        if role not in ROLES:
            raise Failure(78, "line {}: {} is no role; there are producer, consumer and left", number, role)
        operation = found.setdefault(name, Operation(name))
        operation.add(number, midnight(day_of(since, 78), zone), box, role, key_of(number, role, key), since)
    for operation in found.values():
        operation.check(zone)
    return list(found.values())


# --- The sharing -----------------------------------------------------------------------------------------------------


def shared(produced, drawn, keys):
    """What each consumer gets, in Wh: {box: Wh}.

    Nobody gets more than it draws, and all together no more than is produced.
    """
    if all(key is None for key in keys.values()):
        demand = sum(drawn.values())
        if demand <= produced:
            return dict(drawn)
        return {box: produced * (wh / demand) for box, wh in drawn.items()}
    return {box: min(keys[box] * produced, wh) for box, wh in drawn.items()}


class Quarter:
    """What is known of a quarter, and what follows from it."""

    def __init__(self, operation, moment, energies, doubts):
        self.moment = moment
        producers, keys = operation.at(moment)
        self.missing, self.doubtful, self.estimated = set(), set(), 0
        self.negative = set()  # of the doubtful ones those that say an energy below zero
        self.exported, self.drawn = {}, {}
        for boxes, field, into in ((producers, "export_wh", self.exported), (keys, "import_wh", self.drawn)):
            for box in boxes:
                known = energies.get((box, moment), {})
                if known.get(field) is None:
                    self.missing.add(box)
                elif known[field] < 0:
                    self.negative.add(box)
                    self.doubtful.add(box)
                elif (box, moment) in doubts or known.get("doubtful"):
                    self.doubtful.add(box)
                into[box] = known.get(field)
        self.is_of_nobody = not producers or not keys
        if self.missing or self.doubtful or self.is_of_nobody:
            return
        self.estimated = sum(bool(energies[box, moment].get("estimated")) for box in {*producers, *keys})
        self.produced = sum(self.exported.values())
        self.shares = shared(self.produced, self.drawn, keys)
        total = sum(self.drawn.values())
        self.keys = {
            box: (wh / total if total else 0) if keys[box] is None else keys[box] for box, wh in self.drawn.items()
        }

    @property
    def is_shared(self):
        return not (self.missing or self.doubtful or self.is_of_nobody)

    def boxes(self):
        """Those of which something is written."""
        return {*self.drawn, *self.exported} if self.is_shared else self.missing | self.doubtful

    def lines(self, operation, sites):
        """Line protocol; sites is {box: site}, for those that were ever heard."""

        def line(measurement, box, **fields):
            site = re.sub(r"([,= ])", r"\\\1", sites.get(box, ""))
            tags = (f",site={site}" if site else "") + (f",box={box}" if box else "")
            values = ",".join(f"{name}={value!r}" + "i" * isinstance(value, int) for name, value in fields.items())
            return f"{measurement},operation={operation}{tags} {values} {self.moment}"

        if not self.is_shared:
            yield line("operation", None, missing=len(self.missing), doubtful=len(self.doubtful))
            for box in sorted(self.missing | self.doubtful):
                yield line("share", box, missing=int(box in self.missing), doubtful=int(box in self.doubtful))
            return
        total = sum(self.shares.values())
        known = {"missing": 0, "doubtful": 0}
        yield line(
            "operation",
            None,
            export_wh=float(self.produced),
            import_wh=float(sum(self.drawn.values())),
            shared_wh=float(total),
            surplus_wh=float(max(0.0, self.produced - total)),
            estimated=self.estimated,
            **known,
        )
        for box in sorted(self.boxes()):
            fields = {"export_wh": float(self.exported[box])} if box in self.exported else {}
            if box in self.shares:
                got, drawn = self.shares[box], self.drawn[box]
                fields |= {"import_wh": float(drawn), "shared_wh": float(got), "grid_wh": float(max(0.0, drawn - got))}
                fields["key_pct"] = self.keys[box] * 100.0
            yield line("share", box, **fields, **known)
