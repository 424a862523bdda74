"""A stand-in of EmonCMS 11.16.8 for one test: its input/bulk, with the answers that the real one gives.

Prints its port. The key for writing is write-key; another one is that for reading: 200 with an empty body, nothing stored.
A time of an input that is sent again overwrites, as "log to feed" does. It ends with its input; orders:
    old                     it does not know compressed bodies (cb=1)       -> ok
    requests                [[compressed?, items], ...] of those it took    -> JSON
    sick                    its database is away: 200 with a page of PHP's  -> ok
    well                    it is back                                      -> ok
    slow N                  it is not done in time with more than N items   -> ok
    stored NODE INPUT       [[time, value], ...] in the order of coming     -> JSON
"""

import json
import sys
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

state = {"sick": False, "old": False, "slow": None, "feeds": {}, "requests": []}
end = threading.Event()
lock = threading.Lock()


def answer(path, headers, body):
    if urlsplit(path).path != "/emoncms/input/bulk":
        return "false"
    if headers.get("Authorization") != "Bearer write-key":
        return ""
    if state["sick"]:
        return "<br />\n<b>Fatal error</b>:  Uncaught mysqli_sql_exception: Connection refused"
    question = parse_qs(urlsplit(path).query)
    is_compressed = "cb" in question and not state["old"]
    try:
        if is_compressed:
            start, items = int(question["time"][0]), json.loads(zlib.decompress(body))
        else:
            form = parse_qs(body.decode())
            start, items = int(form["time"][0]), json.loads(form["data"][0])
        if state["slow"] is not None and len(items) > state["slow"]:
            return None
        for offset, node, values in items:
            for name, value in values.items():
                state["feeds"].setdefault((node, name), {})[start + offset] = float(value)
        state["requests"].append([is_compressed, len(items)])
    except (KeyError, ValueError, TypeError, zlib.error):
        return '{"success": false, "message": "Format error, json string supplied is not valid"}'
    return "ok"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with lock:
            text = answer(self.path, self.headers, body)
        if text is None:
            end.wait()
            return
        text = text.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *words):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
for line in sys.stdin:
    words = line.split()
    with lock:
        if words[0] in ("sick", "well"):
            state["sick"] = words[0] == "sick"
            print("ok", flush=True)
        elif words[0] == "slow":
            state["slow"] = int(words[1])
            print("ok", flush=True)
        elif words[0] == "old":
            state["old"] = True
            print("ok", flush=True)
        elif words[0] == "requests":
            print(json.dumps(state["requests"]), flush=True)
        else:
            node, name = line.split(" ", 1)[1].strip().rsplit(" ", 1)
            feed = state["feeds"].get((node, name), {})
            print(json.dumps([[time, value] for time, value in feed.items()]), flush=True)
