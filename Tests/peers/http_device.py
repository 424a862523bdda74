"""A device's web server for one test, with the faults that such servers have. Only what Python brings along.

http_device.py [CERTIFICATE KEY]      with TLS when a certificate is given

Prints its port. Then each line of input is an order, answered with a line; it ends when its input does.
    {"path": "/a", ...}   what is answered at a path, whatever question follows it:                          -> ok
        "status" 200, "body" the text in Latin-1, "headers" {}, "repeat" the body so many times,
        "wait" seconds before the answer, "drip" seconds between single bytes of the body,
        "length" a Content-Length that is not the body's; none when 0, "etag" a text: 304 to who has it,
        "basic" or "digest" "USER:PASSWORD", "bearer" a token, "query" the only question that is answered (else 404)
    requests              what was asked so far: [[path with its question, {header: value}], ...]
    most                  how many requests were under way at once
"""

import base64
import hashlib
import json
import re
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

pages, requests, lock = {}, [], threading.Lock()
under_way = {"now": 0, "most": 0}


def is_allowed(page, headers, path):
    given = headers.get("Authorization", "")
    if "basic" in page:
        return given == "Basic " + base64.b64encode(page["basic"].encode()).decode()
    if "bearer" in page:
        return given == "Bearer " + page["bearer"]
    if "digest" in page:
        user, password = page["digest"].split(":")
        parts = dict(re.findall(r'(\w+)="?([^",]*)"?', given))
        h = lambda text: hashlib.sha256(text.encode()).hexdigest()
        wanted = h(":".join([h(f"{user}:shelly:{password}"), "nonce", parts.get("nc", ""), parts.get("cnonce", ""),
                             "auth", h(f"GET:{path}")]))
        return parts.get("response") == wanted
    return True


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        with lock:
            requests.append([self.path, dict(self.headers)])
            under_way["now"] += 1
            under_way["most"] = max(under_way["most"], under_way["now"])
        try:
            self.answer()
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            self.close_connection = True
        finally:
            with lock:
                under_way["now"] -= 1

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET()

    def answer(self):
        path, _, query = self.path.partition("?")
        page = pages.get(path, {"status": 404, "body": "nothing here"})
        if "query" in page and page["query"] != query:
            page = {"status": 404, "body": "nothing here"}
        time.sleep(page.get("wait", 0))
        if not is_allowed(page, self.headers, self.path):
            body = b"<html><body>401 Unauthorized</body></html>"
            self.send_response(401)
            kind = "digest" in page
            self.send_header("WWW-Authenticate", 'Digest realm="shelly", qop="auth", nonce="nonce", algorithm=SHA-256'
                             if kind else 'Basic realm="device"')
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return
        body = page.get("body", "").encode("latin-1") * page.get("repeat", 1)
        if "etag" in page and self.headers.get("If-None-Match") == page["etag"]:
            self.send_response(304)
            self.end_headers()
            return
        self.send_response(page.get("status", 200))
        length = page.get("length", len(body))
        if length:
            self.send_header("Content-Length", str(length))
        else:
            self.close_connection = True
        if "etag" in page:
            self.send_header("ETag", page["etag"])
        for name, value in page.get("headers", {}).items():
            self.send_header(name, value)
        self.end_headers()
        if page.get("drip"):
            for byte in body:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(page["drip"])
        else:
            self.wfile.write(body)
        if length != len(body):
            self.wfile.flush()
            self.close_connection = True


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *arguments):
        pass


server = Server(("127.0.0.1", 0), Handler)
if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
for line in sys.stdin:
    order = line.strip()
    if order == "requests":
        with lock:
            print(json.dumps(requests), flush=True)
    elif order == "most":
        print(under_way["most"], flush=True)
    else:
        page = json.loads(order)
        pages[page["path"]] = page
        print("ok", flush=True)
