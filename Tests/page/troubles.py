"""What may go wrong: boxes, meters, databases and phones that stand still, vanish and come back."""
import concurrent.futures
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys

from claims import BROWSERS, IS_OLD, LIVES, reader_gets, test
from house import House, eventually


@test("the box is killed and comes back: the page says that it is old, and goes on by itself")
def killed(house):
    opened = []
    for kind in BROWSERS:
        browser = kind()
        opened.append(browser)
        browser.open(house.url + "/")
        browser.until("the stream is there", LIVES)
    try:
        house.end("box", signal.SIGKILL)
        for browser in opened:
            browser.until("it is old", IS_OLD, 60)
            text = browser.evaluate("document.getElementById('age-text').textContent")
            assert text.startswith("données anciennes"), text
        house.start_box()
        for browser in opened:
            browser.until("it lives again", LIVES, 90)
    finally:
        for browser in opened:
            browser.close()
        if "box" not in house.parts:
            house.start_box()


@test("a box that stands still is no error to a browser: the page sees it itself, and goes on when the box does")
def frozen(house):
    for kind in BROWSERS:
        with kind() as browser:
            browser.open(house.url + "/")
            browser.until("the stream is there", LIVES)
            house.parts["box"].send_signal(signal.SIGSTOP)
            try:
                browser.until("it is old", IS_OLD, 60)
                # The figures stay readable, and say that they are old.
                assert browser.text("grid") and browser.evaluate("document.getElementById('age-text').textContent").startswith(
                    "données anciennes")
            finally:
                house.parts["box"].send_signal(signal.SIGCONT)
            browser.until("it lives again", LIVES, 60)


@test("a phone that vanishes from the network is forgotten within a minute, and the others hear on")
def vanished(other):
    name = f"page{os.getpid() % 100000}"
    here, there = "10.213.71.1", "10.213.71.2"

    def ip(*words):
        subprocess.run(["ip", *words], check=True, capture_output=True)

    ip("netns", "add", name)
    try:
        ip("link", "add", f"{name}a", "type", "veth", "peer", "name", f"{name}b", "netns", name)
        ip("addr", "add", f"{here}/30", "dev", f"{name}a")
        ip("link", "set", f"{name}a", "up")
        ip("-n", name, "addr", "add", f"{there}/30", "dev", f"{name}b")
        ip("-n", name, "link", "set", f"{name}b", "up")
        with House(other.program, page='listen = "0.0.0.0:{port}"') as house:
            def phones():
                return [line for line in pathlib.Path("/proc/net/tcp").read_text().split("\n")
                        if f":{house.port:04X} " in line and "0247D50A" in line and " 01 " in line]

            phone = subprocess.Popen(
                ["ip", "netns", "exec", name, sys.executable, "-c", f"""
import socket
phone = socket.create_connection(("{here}", {house.port}))
phone.sendall(b"GET /api/live HTTP/1.1\\r\\nHost: {here}\\r\\n\\r\\n")
while phone.recv(65536): pass
"""])
            try:
                eventually("the phone listens", phones, 20)
                # Its link is gone: no word of farewell ever arrives.
                ip("-n", name, "link", "set", f"{name}b", "down")
                assert reader_gets(house)
                assert phones(), "the box still believes in it"
                eventually("the phone is forgotten", lambda: not phones(), 60)
                assert reader_gets(house)
            finally:
                phone.kill()
                phone.wait()
    finally:
        ip("netns", "del", name)


@test("a meter that falls silent is grey, without an arrow, and the sentence says so")
def silent(house):
    with BROWSERS[0]() as browser:
        browser.open(house.url + "/")
        browser.until("the stream is there", LIVES)
        house.parts["meters"].send_signal(signal.SIGSTOP)
        try:
            browser.until("the grid is old", "document.querySelector('[data-m=grid-box]').dataset.s === 'old'", 120)
            assert re.match(r"vu à \d\d:\d\d", browser.text("grid-word")), browser.text("grid-word")
            assert browser.evaluate("document.querySelector('[data-m=grid-flow]').dataset.s") == "none"
            browser.until("the sentence", "/ne répond plus/.test(document.querySelector('[data-t=sentence]').textContent)", 180)
            # The box itself is well, and the page knows.
            assert browser.evaluate(LIVES)
        finally:
            house.parts["meters"].send_signal(signal.SIGCONT)
        browser.until("it flows again", "document.querySelector('[data-m=grid-box]').dataset.s === 'new'", 60)


@test("without InfluxDB the first screen lives on, and the others say why they are empty")
def without_database(house):
    house.database.stdin.write("kill\n")
    house.database.stdin.flush()
    eventually("the database is away", lambda: not house.has_database(), 30)
    try:
        assert house.get("/")[0] == 200
        status, _, page = house.get("/energie")
        assert status == 200 and "ne répond pas en ce moment" in page.decode()
        assert house.get("/api/days")[0] == 503
        eventually("the first screen has a power", lambda: "watts" in house.now().get("grid", {}), 60)
    finally:
        house.database.stdin.write("start\n")
        house.database.stdin.flush()
        house.database.stdout.readline()


@test("a database that takes requests and never answers keeps no page waiting for it")
def hung_database(house):
    port = int(house.influx.rsplit(":", 1)[1])
    house.database.stdin.write("kill\n")
    house.database.stdin.flush()
    eventually("the database is away", lambda: not house.has_database(), 30)
    try:
        with socket.socket() as silent:
            silent.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            silent.bind(("127.0.0.1", port))
            # The kernel takes the connections, and nobody ever reads from them.
            silent.listen(256)
            with concurrent.futures.ThreadPoolExecutor(14) as people:
                asked = ["/energie", "/evenements", "/lettre", "/energie?vue=annee", "/energie?vue=jour", "/courbe?h=24"]
                found = list(people.map(house.get, asked * 2 + ["/api/days", "/api/days"]))
            for path, (status, _, page) in zip(asked * 2, found):
                assert status == 200, (path, status)
                text = page.decode()
                # The curve of the last day is in memory.
                assert "<svg" in text if "courbe" in path else "ne répond pas en ce moment" in text, (path, text[:2000])
            for status, _, body in found[-2:]:
                assert (status, body.decode().strip()) == (503, "la base de données ne répond pas"), (status, body)
    finally:
        house.database.stdin.write("start\n")
        house.database.stdin.flush()
        house.database.stdout.readline()


@test("the table [page] comes and goes with SIGHUP, and ends with streams open")
def reload(house):
    page = house.page
    stream = socket.create_connection(("127.0.0.1", house.port))
    stream.sendall(b"GET /api/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert b"200 OK" in stream.recv(4096)
    house.configure(page=None)
    house.reload()
    eventually("the page is closed", lambda: not house.answers(), 30)
    house.configure(page=page)
    house.reload()
    eventually("the page is open", house.answers, 30)
    again = socket.create_connection(("127.0.0.1", house.port))
    again.sendall(b"GET /api/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert b"200 OK" in again.recv(4096)
    assert house.end("box") == 0, house.log("box")
    house.start_box()
