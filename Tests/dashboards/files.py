"""Every file under grafana/, checked strictly; then the same checks on broken copies, which they must refuse.

files.py SDK_FOLDER ...    one folder a Grafana release, each holding its foundation SDK.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import faults
import grafana
import provisioning
import structure

HERE = Path(__file__).resolve().parent


def strictly(files, sdk):
    """Problems by the types of one release: {name: [problem]}."""
    with tempfile.TemporaryDirectory() as folder:
        for name, (text, _) in files.items():
            Path(folder, name).write_text(text, encoding="utf-8")
        answer = subprocess.run(
            [sys.executable, HERE / "schema.py", *sorted(str(path) for path in Path(folder).iterdir())],
            env={**os.environ, "PYTHONPATH": str(sdk), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode:
            raise SystemExit(f"{sdk.name}: {answer.stderr}")
        return [
            f"{Path(name).name}: {words} [{sdk.name}]"
            for name, problems in json.loads(answer.stdout).items()
            for words in problems
        ]


def main(sdks):
    files = {
        path.name: (path.read_text(encoding="utf-8"), json.loads(path.read_text(encoding="utf-8")))
        for path in [*sorted(grafana.DASHBOARDS.glob("*.json")), *sorted(grafana.FLEET.glob("*.json"))]
    }
    boards = {name: board for name, (_, board) in files.items()}
    uids = {board["uid"] for board in boards.values()}
    texts = provisioning.files()
    problems = structure.problems_of(files) + provisioning.problems_of(texts, uids)
    for sdk in sdks:
        problems += strictly(files, sdk)
    print(
        f"{len(files)} dashboards, {len(texts)} provisioning files, {len(sdks)} releases of Grafana: "
        f"{len(problems)} problems"
    )
    refused = 0
    for fault, words in faults.DASHBOARDS:
        broken = faults.broken_boards(boards, fault)
        found = structure.problems_of(broken)
        by_release = (
            [found + strictly(broken, sdk) for sdk in sdks] if not any(words in line for line in found) else [found]
        )
        if all(any(words in line for line in lines) for lines in by_release):
            refused += 1
        else:
            problems.append(f"the fault {fault.__name__} was not refused with “{words}”, but with {by_release[0][:3]}")
    for name, old, new, words in faults.PROVISIONING:
        if old not in texts[name]:
            problems.append(f"{name}: the fault finds no {old} to break")
        found = provisioning.problems_of({**texts, name: texts[name].replace(old, new)}, uids)
        if any(words in line for line in found):
            refused += 1
        else:
            problems.append(f"{name}: {new} was not refused with “{words}”, but with {found[:3]}")
    print(f"{refused} of {len(faults.DASHBOARDS) + len(faults.PROVISIONING)} faults refused")
    for problem in problems:
        print(problem)
    return not problems


if __name__ == "__main__":
    raise SystemExit(0 if main([Path(folder) for folder in sys.argv[1:]]) else 1)
