"""Grafana's provisioning folder: data sources, dashboards, alert rules, read as Grafana does."""

import json
import os
import re
import sys
from pathlib import Path

import yaml


def log(level, message):
    print(f"level={level} msg={json.dumps(message, ensure_ascii=False)}", file=sys.stderr, flush=True)


def expanded(value):
    """$__file{path}, $__env{NAME}, $NAME and ${NAME} in every text; $$ is a dollar."""

    def replaced(found):
        if found[0] == "$$":
            return "$"
        if found["file"]:
            return Path(found["file"]).read_text(encoding="utf-8").strip()
        return os.environ.get(found["env"] or found["name"], "")

    if isinstance(value, dict):
        return {key: expanded(part) for key, part in value.items()}
    if isinstance(value, list):
        return [expanded(part) for part in value]
    if isinstance(value, str):
        return re.sub(
            r"\$\$|\$__file\{(?P<file>[^}]*)\}|\$__env\{(?P<env>\w+)\}|\$\{?(?P<name>\w+)\}?", replaced, value
        )
    return value


def files(folder, kind):
    """Each file of a kind with what it says; one that cannot be read ends Grafana, as it does."""
    for path in sorted(Path(folder, kind).glob("*.y*ml")):
        yield path, yaml.safe_load(path.read_text(encoding="utf-8")) or {}


def data_sources(folder):
    found = {}
    for path, said in files(folder, "datasources"):
        for source in expanded(said.get("datasources") or []):
            if said.get("apiVersion") != 1:
                raise ValueError(f"{path}: apiVersion is not 1")
            if source["uid"] in found:
                raise ValueError(f"{path}: a second data source with the uid {source['uid']}")
            found[source["uid"]] = source
    if sum(bool(source.get("isDefault")) for source in found.values()) > 1:
        raise ValueError("only one data source can be the default one")
    return found


def dashboards(folder):
    """By uid, each with the folder it is shown in. A provider with two of one uid or title brings none."""
    found = {}
    for _, said in files(folder, "dashboards"):
        for provider in expanded(said.get("providers") or []):
            boards = [
                json.loads(path.read_text(encoding="utf-8"))
                for path in sorted(Path(provider["options"]["path"]).rglob("*.json"))
            ]
            twice = {key for key in ("uid", "title") if len({board[key] for board in boards}) < len(boards)}
            if twice or any(board["uid"] in found for board in boards):
                log("warn", f"{provider['name']}: dashboards with the same {' and '.join(twice) or 'uid'}: not saved")
                continue
            for board in boards:
                found[board["uid"]] = {
                    **board,
                    "folder": provider.get("folder", ""),
                    "folderUid": provider.get("folderUid", ""),
                }
    return found


def alert_rules(folder):
    return [
        rule for _, said in files(folder, "alerting") for group in said.get("groups") or [] for rule in group["rules"]
    ]
