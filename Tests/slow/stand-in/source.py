"""The InfluxDB that a data source names, asked as Grafana asks."""

import base64
import json
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime

import panels  # Tests/dashboards/grafana.py: what Grafana makes of a query and of its answer


class Source:
    def __init__(self, provisioned):
        self.url = provisioned["url"].rstrip("/")
        self.database = provisioned["jsonData"]["dbName"]
        password = provisioned.get("secureJsonData", {}).get("password", "")
        self.head = {
            "Authorization": "Basic " + base64.b64encode(f"{provisioned.get('user', '')}:{password}".encode()).decode()
        }

    def query(self, text):
        """The first result's series; ValueError with InfluxDB's words."""
        body = urllib.parse.urlencode({"q": text}).encode()
        request = urllib.request.Request(
            f"{self.url}/query?db={urllib.parse.quote(self.database)}&epoch=ms", body, self.head
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                result = json.load(answer)["results"][0]
        except urllib.error.HTTPError as error:
            raise ValueError(f"InfluxDB returned error: {error.read().decode(errors='replace').strip()}") from None
        except OSError as error:
            raise ValueError(f'Post "{self.url}/query": {error}') from None
        if "error" in result:
            raise ValueError(result["error"])
        return result.get("series", [])

    def health(self):
        try:
            series = self.query("SHOW MEASUREMENTS")
        except ValueError as error:
            return {"status": "ERROR", "message": f"error performing influxQL query: {error}"}
        count = len(series[0]["values"]) if series else 0
        return {"status": "OK", "message": f"datasource is working. {count} measurements found"}

    def answer(self, query, first, last):
        """One query of /api/ds/query."""
        now = datetime.now().astimezone()
        span = [
            int(text) if str(text).isdigit() else int(panels.relative(text, now).timestamp() * 1000)
            for text in (first, last)
        ]
        try:
            text = panels.interpolate(query["query"], "", *span, query.get("intervalMs", 1000))
            frames = panels.frames(query, self.query(text))
        except ValueError as error:
            return {"status": 400, "error": str(error), "errorSource": "downstream"}
        return {"status": 200, "frames": [frame(found, query["refId"]) for found in frames]}


def frame(found, ref):
    def field(place, name):
        if name == "Time":
            return {"name": name, "type": "time", "typeInfo": {"frame": "time.Time"}}
        texts = any(isinstance(row[place], str) for row in found.rows)
        kind = {"name": name, "type": "string" if texts else "number"}
        return {**kind, "labels": found.tags} if found.tags else kind

    return {
        "schema": {"refId": ref, "name": found.name, "fields": [field(*each) for each in enumerate(found.columns)]},
        "data": {"values": [list(column) for column in zip(*found.rows)]},
    }
