"""A stand-in of EmonCMS for one run of schedules: it takes what the real one takes, and remembers all of it."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from troubled_server import TroubledServer, answer

HTML = "<br />\\n<b>Fatal error</b>:  Uncaught mysqli_sql_exception: Connection refused"


def page(text):
    """An answer of EmonCMS, which says 200 to nearly everything."""
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text.encode())


ANSWERS = {
    "no key": page(""),
    "401": answer(401, "Invalid API key"),
    "sick": page(HTML),
    "nodes": page('{"success": false, "message": "Error: maximal allowed number of different NodeIds"}'),
    "wrong path": page("false"),
    "429": answer(429, "slow down", ["Retry-After: 1"]),
    "500": answer(500, ""),
    "502": answer(502),
    "503": answer(503, "", ["Retry-After: 0"]),
    "302": answer(302, "", ["Location: http://127.0.0.1:1/"]),
    "no HTTP": b"SSH-2.0-OpenSSH_9.2\r\n",
    "cut": b"HTTP/1.1 200 O",
    "nothing": b"",
}
REFUSAL = page('{"success": false, "message": "Format error, json string supplied is not valid"}')


class Store(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.rows = set()
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        start = int(form["time"][0])
        for offset, _, values in json.loads(form["data"][0]):
            self.server.rows |= {((start + offset) * 10**9, int(value)) for value in values.values()}
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *words):
        pass


class EmonCMS:
    """A stand-in for each site: its requests do not say which one they are of."""

    # What it cannot read is left out beforehand.
    refuses_lines = False
    has_parts_of_seconds = False

    def __init__(self):
        self.stores = {}

    def troubled(self, site):
        """A server before it that does everything wrong."""
        self.stores[site] = Store()
        return TroubledServer("127.0.0.1", self.stores[site].server_port, ANSWERS, REFUSAL)

    def stored(self, site):
        """What of a site was taken: pairs of time and number."""
        return sorted(self.stores[site].rows)

    def close(self):
        for store in self.stores.values():
            store.shutdown()
            store.server_close()
