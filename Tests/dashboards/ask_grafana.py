"""Asks a running Grafana whether it has taken our provisioning: ask_grafana.py URL USER PASSWORD."""

import base64
import json
import sys
import time
import urllib.error
import urllib.request

import grafana


class Server:
    def __init__(self, url, user, password):
        self.url = url.rstrip("/")
        self.head = {
            "Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode(),
            "Content-Type": "application/json",
        }

    def ask(self, path, body=None):
        """The answer as JSON; an HTTP error is an answer, too."""
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.url + path, data, self.head)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return {"error": f"HTTP {error.code}: {error.read().decode(errors='replace')[:300]}"}


def wait_for_dashboards(server, wanted):
    """Grafana provisions them after it answers; what is there after a minute."""
    found = set()
    for _ in range(60):
        answer = server.ask("/api/search?type=dash-db&limit=100")
        found = {item["uid"] for item in answer} if isinstance(answer, list) else set()
        if wanted <= found:
            break
        time.sleep(1)
    return found


def queries(board, panel, site):
    for target in panel.get("targets", []):
        query = target["query"].replace("$site", site).replace("$box", "")
        yield {**target, "query": query, "intervalMs": 60_000, "maxDataPoints": 1000}


def main(url, user, password):
    server = Server(url, user, password)
    problems = []
    health = server.ask("/api/health")
    print(f"Grafana {health.get('version')}: database {health.get('database')}")
    if health.get("database") != "ok":
        problems.append(f"health: {health}")
    source = server.ask("/api/datasources/uid/boxenergie-influxdb/health")
    if source.get("status") != "OK":
        problems.append(f"the data source boxenergie-influxdb: {source}")
    boards = grafana.dashboards()
    wanted = {board["uid"] for board in boards}
    found = wait_for_dashboards(server, wanted)
    for uid in sorted(wanted - found):
        problems.append(f"{uid} was not provisioned")
    asked, empty = 0, 0
    for board in boards:
        kept = server.ask(f"/api/dashboards/uid/{board['uid']}").get("dashboard", {})
        if board["uid"] in found and len(kept.get("panels", [])) != len(board["panels"]):
            problems.append(
                f"{board['uid']}: Grafana has {len(kept.get('panels', []))} panels, the file {len(board['panels'])}"
            )
        for panel in grafana.panels(board):
            for query in queries(board, panel, "maison"):
                asked += 1
                first = panel.get("timeFrom") or board["time"]["from"]
                first = first if first.startswith("now") else f"now-{first}"
                answer = server.ask("/api/ds/query", {"queries": [query], "from": first, "to": "now"})
                result = answer.get("results", {}).get(query["refId"], answer)
                if "error" in result:
                    problems.append(f"{board['uid']}: {panel['title']}: {result['error']}")
                empty += not any(frame.get("data", {}).get("values") for frame in result.get("frames", []))
    rules = server.ask("/api/v1/provisioning/alert-rules")
    uids = {rule["uid"] for rule in rules} if isinstance(rules, list) else set()
    if len([uid for uid in uids if uid.startswith("boxenergie-")]) != 4:
        problems.append(f"the alert rules: {rules if 'error' in rules else uids}")
    if asked and empty > asked / 2:
        problems.append(f"{empty} of {asked} queries brought nothing")
    print(
        f"{len(found & wanted)} of {len(wanted)} dashboards, {asked} queries ({empty} without data), "
        f"{len(uids)} alert rules, {len(problems)} problems"
    )
    for problem in problems:
        print(f"  {problem}")
    return not problems


if __name__ == "__main__":
    raise SystemExit(0 if main(*sys.argv[1:4]) else 1)
