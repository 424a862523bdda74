"""The tables of mutants, and where in the sources each one is."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[3]
TABLES = pathlib.Path(__file__).resolve().parent
MODULES = ["MeterNotation", "MeterCore", "MeterProtocols", "MeterDocuments", "InfluxOutput"]


class CannotTry(Exception):
    """The reason why mutants cannot be tried: a table is outdated, or the copy is no good without any."""


class Mutant:
    """A small fault: a text in a file of a module, and what stands in its place when it is awake."""

    def __init__(self, module, file, place):
        self.module, self.file, self.place = module, file, place
        self.number = 0
        self.text = self.change = self.why = None
        self.is_statement = False
        self.path = self.span = self.line = None

    def locate(self, sources):
        """Finds the marked part of the text in the sources."""
        found = [path for path in sources if path.name == self.file]
        if len(found) != 1:
            raise CannotTry(f"{self.place}: {self.module} has {len(found)} files {self.file}")
        self.path = found[0]
        source = sources[self.path]
        parts = re.fullmatch("(.*)«(.+)»(.*)", re.sub(" *⏎ *", "⏎", self.text)).groups()
        # A ⏎ stands for the end of a line and the blanks before the next.
        before, part, after = (re.escape(part).replace("⏎", r"\n\s*") for part in parts)
        spans = [match.span(1) for match in re.finditer(f"{before}({part}){after}", source)]
        if len(spans) != 1:
            problem = f"is there {len(spans)} times, which one is meant?" if spans else "is not there any more"
            raise CannotTry(f"{self.place}: in {self.path.relative_to(ROOT)} this {problem}\n    {self.text}")
        self.span = spans[0]
        self.line = source.count("\n", 0, self.span[0]) + 1

    @property
    def where(self):
        return f"{self.path.relative_to(ROOT)}:{self.line}"

    @property
    def summary(self):
        part = re.search("«(.+)»", self.text)[1].replace("⏎", "/")
        return f"{part}  →  {self.change or 'nothing'}"


def read_table(path):
    """The mutants of one table."""
    mutants, file = [], None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        place = f"{path.relative_to(ROOT)}:{number}"
        word, _, rest = line.strip().partition(" ")
        if not line.strip() or line.startswith("#"):
            continue
        if not line.startswith(" "):
            file = line.strip()
        elif word == "text":
            mutants.append(Mutant(path.stem, file, place))
            mutants[-1].text = rest.strip()
            if not re.fullmatch(r"[^«»]*«[^«»]+»[^«»]*", mutants[-1].text):
                raise CannotTry(f"{place}: one part of the text must stand in «marks»")
        elif not mutants or word not in ("becomes", "does", "why"):
            raise CannotTry(f"{place}: I do not understand {line.strip()!r}")
        elif word == "why":
            mutants[-1].why = rest.strip()
        else:
            mutants[-1].change = "" if (word, rest.strip()) == ("does", "nothing") else rest.strip()
            mutants[-1].is_statement = word == "does"
    for mutant in mutants:
        if mutant.file is None or mutant.change is None or not mutant.why:
            raise CannotTry(f"{mutant.place}: a mutant needs a file, a text, what it becomes or does, and why")
    return mutants


def read_tables():
    """All mutants with their numbers, and the sources that they are in."""
    mutants, sources, problems = [], {}, []
    for module in MODULES:
        files = {path: path.read_text(encoding="utf-8") for path in (ROOT / "Sources" / module).rglob("*.swift")}
        sources |= files
        try:
            table = read_table(TABLES / f"{module}.txt")
        except CannotTry as problem:
            problems.append(str(problem))
            continue
        for mutant in table:
            mutants.append(mutant)
            mutant.number = len(mutants)
            try:
                mutant.locate(files)
            except CannotTry as problem:
                problems.append(str(problem))
    spans = sorted((m.path, m.span, m.place) for m in mutants if m.span)
    for (path, one, _), (other_path, other, place) in zip(spans, spans[1:]):
        if path == other_path and one != other and other[0] < one[1]:
            problems.append(f"{place}: its text overlaps with that of another mutant")
    if problems:
        raise CannotTry("\n".join(problems))
    return mutants, sources
