"""Attacks: names, methods, paths, floods and texts of somebody who means ill."""
import json
import pathlib
import re
import socket
import subprocess
import time

from claims import BROWSERS, reader_gets, test
from house import eventually


def raw(house, text, seconds=15):
    """What the server answers to bytes."""
    with socket.create_connection(("127.0.0.1", house.port), seconds) as client:
        client.settimeout(seconds)
        try:
            client.sendall(text)
            found = b""
            while chunk := client.recv(65536):
                found += chunk
        except (ConnectionError, TimeoutError):
            pass
        return found


@test("names of the Internet, other methods and tricks with the path are refused, with the headers that protect")
def refused(house):
    ask = b"%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
    for method, path, host, status in [
        (b"GET", b"/", b"attaquant.example", 421), (b"GET", b"/api/now", b"localhost.attaquant.example", 421),
        (b"GET", b"/api/now", b"", 421), (b"POST", b"/", b"localhost", 405), (b"PUT", b"/api/now", b"localhost", 405),
        (b"DELETE", b"/", b"localhost", 405), (b"OPTIONS", b"/", b"localhost", 405),
        (b"GET", b"/../../etc/passwd", b"localhost", 404), (b"GET", b"/..%2f..%2fetc/passwd", b"localhost", 404),
        (b"GET", b"/x%00", b"localhost", 404), (b"GET", b"//", b"localhost", 404), (b"GET", b"/api/now/", b"localhost", 404),
        (b"GET", b"/page.css", b"localhost", 404), (b"GET", b"/API/NOW", b"localhost", 404),
        (b"GET", b"/api/days?from=2026-02-30", b"localhost", 400), (b"GET", b"/health", b"box.local:1", 200),
        (b"HEAD", b"/", b"192.168.1.9", 200), (b"HEAD", b"/api/live", b"localhost", 200),
    ]:
        answer = raw(house, ask % (method, path, host))
        first = answer.split(b"\r\n", 1)[0].decode(errors="replace")
        assert f" {status} " in first + " ", (method, path, host, first)
        head = answer.split(b"\r\n\r\n", 1)[0].decode(errors="replace").lower()
        for name in ("content-security-policy: default-src 'none'", "x-content-type-options: nosniff",
                     "referrer-policy: no-referrer", "cross-origin-resource-policy: same-origin"):
            assert name in head, (path, name, head)
        for name in ("access-control-allow-origin", "strict-transport-security", "set-cookie"):
            assert name not in head, (path, name)
    twice = raw(house, b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: attaquant.example\r\nConnection: close\r\n\r\n")
    assert b" 421 " in twice.split(b"\r\n")[0] or b" 400 " in twice.split(b"\r\n")[0], twice[:100]


@test("HTTP/1.0, malformed and oversized requests do no harm")
def malformed(house):
    old = raw(house, b"GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n")
    assert b" 200 " in old and b"ok" in old, old
    for text in (
        b"\0\1\2\3\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"b" * 70_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 5000 + b"\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n" + b"c" * 100_000,
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"GET /?" + b"&".join(b"a%d=1" % i for i in range(900)) + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    ):
        answer = raw(house, text, 12)
        assert b"root:" not in answer
        assert house.answers(), text[:60]


def memory(house):
    status = pathlib.Path(f"/proc/{house.parts['box'].pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1))


@test("a thousand connections and clients that do not read neither stop the page nor fill the memory")
def flood(house):
    before = memory(house)
    flooded = []
    for number in range(1000):
        client = socket.socket()
        # From as many addresses as a loopback has, or one address would be held back soon.
        client.bind((f"127.0.{number // 250}.{number % 250 + 1}", 0))
        client.settimeout(0.2)
        try:
            client.connect(("127.0.0.1", house.port))
            if number % 3 == 0:
                client.sendall(b"GET /api/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
            elif number % 3 == 1:
                client.sendall(b"GET / HTTP/1.1\r\nHost: loc")
        except OSError:
            pass
        flooded.append(client)
    reads = len(house.query("SELECT va_in FROM \"raw\".\"linky\" WHERE time > now() - 10s"))
    grown = memory(house) - before
    for client in flooded:
        client.close()
    assert grown < 8000, f"{grown} kB more"
    assert reads >= 5, f"the meter was read {reads} times in ten seconds"
    eventually("the page answers again", house.answers, 60)


@test("streams are capped, slow readers are dropped or skip, and others get their messages meanwhile")
def slow_readers(house):
    eventually("messages come", lambda: reader_gets(house), 60)
    clients, statuses = [], []
    for number in range(70):
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        client.bind((f"127.0.7.{number + 1}", 0))
        client.connect(("127.0.0.1", house.port))
        client.sendall(b"GET /api/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        client.settimeout(10)
        statuses.append(client.recv(12)[-3:])
        clients.append(client)
    # The reader of before may still be counted.
    taken = statuses.count(b"200")
    assert 63 <= taken <= 64 and statuses.count(b"503") == 70 - taken, statuses
    for client in clients[1:]:
        client.close()
    # The one that is left does not read; another one does.
    eventually("there is room again, and messages come", lambda: reader_gets(house), 60)
    clients[0].close()


@test("hostile names and texts are shown and not obeyed")
def hostile(house):
    name = "</h1><script>window.owned=1</script><img src=x onerror=window.owned=1>"
    text = pathlib.Path(house.config).read_text()
    line = f"event,site=maison,kind=meter title=\"{name}\",text=\"{name}\" {int(time.time())}\n"
    subprocess.run([house.program, "write", "--policy", "day", "--config", house.config], input=line, text=True, check=True,
                   capture_output=True)
    pathlib.Path(house.config).write_text(text.replace('name = "Chez nous"', f"name = {json.dumps(name)}"))
    house.reload()
    eventually("the name is new", lambda: b"&lt;script&gt;" in house.get("/")[2], 30)
    try:
        for kind in BROWSERS:
            with kind() as browser:
                for path in ("/", "/evenements", "/energie"):
                    browser.open(house.url + path)
                    assert browser.evaluate("window.owned || null") is None, path
                    assert browser.evaluate("document.querySelectorAll('img').length") == 0, path
                    assert name in browser.evaluate("document.querySelector('h1').textContent"), path
                    assert not browser.complaints(), browser.complaints()
    finally:
        pathlib.Path(house.config).write_text(text)
        house.reload()
