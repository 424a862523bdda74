"""Grafana's answers over HTTP."""

import base64
import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

DASHBOARDS_AFTER = 2  # seconds from the first answer until they are provisioned


class Server(ThreadingHTTPServer):
    def __init__(self, address, version, settings, store, sources, boards, rules):
        super().__init__(address, Handler)
        self.version, self.settings, self.store = version, settings, store
        self.sources, self.all_boards, self.rules = sources, boards, rules
        self.began = time.monotonic()

    @property
    def boards(self):
        return self.all_boards if time.monotonic() - self.began > DASHBOARDS_AFTER else {}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def send(self, status, answer):
        # Health is written in lines, everything else as tight as can be.
        style = {"indent": 2} if "database" in answer else {"separators": (",", ":")}
        body = json.dumps(answer, ensure_ascii=False, **style).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def who(self):
        """The login, "" for a visitor where they are let in, None for nobody."""
        kind, _, given = self.headers.get("Authorization", "").partition(" ")
        if kind == "Basic":
            login, _, password = base64.b64decode(given).decode().partition(":")
            return login if self.server.store.accepts(login, password) else None
        return "" if self.server.settings.is_on("auth.anonymous", "enabled") else None

    def handle_request(self, body):
        address = urlsplit(self.path)
        path = [unquote(part) for part in address.path.strip("/").split("/")]
        if path == ["api", "health"]:
            return 200, {"database": "ok", "version": self.server.version, "commit": "stand-in"}
        who = self.who()
        if who is None:
            given = self.headers.get("Authorization")
            return 401, {"message": "Invalid username or password" if given else "Unauthorized", "statusCode": 401}
        match path:
            case ["api", "user"]:
                if not who:
                    return 401, {"message": "Unauthorized", "statusCode": 401}
                return 200, {"id": 1, "login": who, "email": f"{who}@localhost", "orgId": 1, "isGrafanaAdmin": True}
            case ["api", "search"]:
                return 200, [
                    self.found(board) for board in self.server.boards.values() if self.is_asked(board, address.query)
                ]
            case ["api", "dashboards", "home"]:
                return self.home()
            case ["api", "dashboards", "uid", uid] if uid in self.server.boards:
                return 200, {"meta": {"provisioned": True}, "dashboard": self.server.boards[uid]}
            case ["api", "datasources", "uid", uid, "health"] if uid in self.server.sources:
                health = self.server.sources[uid].health()
                return 200 if health["status"] == "OK" else 400, health
            case ["api", "ds", "query"] if body is not None:
                return self.query(body)
            case ["api", "v1", "provisioning", "alert-rules"] if who:
                return 200, self.server.rules
        return 404, {"message": "Not found"}

    @staticmethod
    def is_asked(board, query):
        wanted = parse_qs(query)
        return wanted.get("type", ["dash-db"]) == ["dash-db"] and set(wanted.get("tag", [])) <= set(
            board.get("tags", [])
        )

    @staticmethod
    def found(board):
        return {
            "uid": board["uid"],
            "title": board["title"],
            "url": f"/d/{board['uid']}/",
            "type": "dash-db",
            "tags": board.get("tags", []),
            "folderUid": board["folderUid"],
            "folderTitle": board["folder"],
        }

    def home(self):
        path = self.server.settings.text("dashboards", "default_home_dashboard_path")
        if not path:
            return 200, {"dashboard": {"title": "Home"}}
        try:
            with open(path, encoding="utf-8") as file:
                return 200, {"meta": {"isHome": True}, "dashboard": json.load(file)}
        except OSError as error:
            return 500, {"message": f"Failed to load home dashboard: {error}"}

    def query(self, body):
        results = {}
        for query in body["queries"]:
            uid = query["datasource"]["uid"]
            if uid not in self.server.sources:
                return 404, {"message": "Data source not found"}
            results[query["refId"]] = self.server.sources[uid].answer(query, body["from"], body["to"])
        return max(result["status"] for result in results.values()), {"results": results}

    def do_GET(self):
        self.send(*self.handle_request(None))

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send(*self.handle_request(json.loads(body)))
