"""A copy of the checkout with all mutants in it, asleep until a variable of the environment wakes one."""

import pathlib
import shutil
import subprocess

from table import MODULES, ROOT, CannotTry

# Targets that the unit tests do without: half of the time to build.
UNNEEDED = ["boxenergie", "DeliveryDriver", "MeterIOTests", "ProgramTests"]
# The variables that wake a mutant, and that name the list of those that were met.
AWAKE, MET = "BOXENERGIE_MUTANT", "BOXENERGIE_MUTANTS_MET"
SWITCH = f"""
import Glibc

private let awake = getenv("{AWAKE}").flatMap {{ Int(String(cString: $0)) }} ?? 0
private let list = getenv("{MET}").map {{ open($0, O_WRONLY | O_CREAT | O_APPEND, 0o600) }}
// Without a lock, which would make the tests many times slower: at worst a number is noted twice.
private nonisolated(unsafe) let noted = {{
    let noted = UnsafeMutablePointer<Bool>.allocate(capacity: 10_000)
    noted.initialize(repeating: false, count: 10_000)
    return noted
}}()

/// Whether a mutant is the one that is awake; with a list those that are met are noted in it.
public func mutant(_ number: Int) -> Bool {{
    if let list, !noted[number] {{
        noted[number] = true
        let line = "\\(number)\\n"
        _ = line.withCString {{ write(list, $0, strlen($0)) }}
    }}
    return number == awake
}}
"""


def woven(source, mutants):
    """A source with its mutants in it, asleep."""
    by_span = {}
    for mutant in mutants:
        by_span.setdefault(mutant.span, []).append(mutant)
    for (start, end), alike in sorted(by_span.items(), reverse=True):
        text = source[start:end]
        for mutant in alike:
            if mutant.is_statement:
                text = f"if mutant({mutant.number}) {{ {mutant.change} }} else {{ {text} }}"
            else:
                text = f"(mutant({mutant.number}) ? {mutant.change} : {text})"
        source = source[:start] + text + source[end:]
    return source


def put(path, text):
    """Writes a file unless it is so already: what did not change is not built again."""
    if isinstance(text, str):
        text = text.encode()
    if path.is_symlink() or not path.exists() or path.read_bytes() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_bytes(text)


def make_copy(folder, mutants, sources):
    """The checkout as it is on the disk, with all mutants in it."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode().split("\0")
    wanted = {name for name in names if name and (ROOT / name).is_file()}
    changed = {path for path in sources if any(m.path == path for m in mutants)}
    for name in wanted:
        path = ROOT / name
        if path in changed:
            put(folder / name, woven(sources[path], [m for m in mutants if m.path == path]))
        elif name == "Package.swift":
            targets = ", ".join(f'"{target}"' for target in UNNEEDED)
            without = f"package.targets.removeAll {{ [{targets}].contains($0.name) }}\npackage.products = []\n"
            put(folder / name, path.read_text(encoding="utf-8") + without)
        else:
            put(folder / name, path.read_bytes())
            shutil.copymode(path, folder / name)
    for module in MODULES:
        wanted.add(f"Sources/{module}/Mutant.swift")
        put(folder / f"Sources/{module}/Mutant.swift", SWITCH)
    for top in ("Sources", "Tests"):
        for path in (folder / top).rglob("*"):
            if path.is_file() and str(path.relative_to(folder)) not in wanted:
                path.unlink()


def build(folder):
    """Builds the copy's tests; returns the path of the program with them."""
    command = ["swift", "build", "--build-tests", "--package-path", str(folder), "-Xswiftc", "-suppress-warnings"]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if result.returncode != 0:
        lines = result.stdout.splitlines()
        wrong = dict.fromkeys(line for line in lines if line.startswith("/") and " error: " in line)
        problems = "\n".join(list(wrong or lines)[-20:])
        raise CannotTry(f"the copy cannot be built; does a mutant not fit its place?\n{problems}")
    place = subprocess.run([*command, "--show-bin-path"], capture_output=True, text=True, check=True).stdout.strip()
    return pathlib.Path(place) / "boxenergiePackageTests.xctest"
