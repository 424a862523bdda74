"""Documents, messages and words that are slow to read, or far too large (D8, D9, D16)."""

import socket
import sys
import urllib.request

from fault import Fault, texts
from house import ROOT


class SlowPattern(Fault):
    row, name = "D8", "a text whose search is quadratic (HTTP, MQTT)"

    def prepare(self, house):
        self.web = house.web_server()
        self.web.pages["/sick"] = (200, "text/plain", b"a" * 60_000)

    def sources(self, house):
        return f"""
            [source.sickweb]
            type = "http"
            url = "{self.web.url}/sick"
            format = "text"
            every = "1s"
            measurement = "raw.sick"
            fields.n.path = "a[^z]*z"
            [source.sickbroker]
            type = "mqtt"
            broker = "mqtt://127.0.0.1:{house.broker}"
            topics = ["sick"]
            format = "text"
            measurement = "raw.sick"
            fields.n.path = "a[^z]*z"
        """

    def begin(self, house):
        publisher = house.publish("sick")
        house.repeat(2, lambda: house.send(publisher, "a" * 60_000))


class SlowDocument(Fault):
    row, name = "D8", "a document whose place is quadratic (push, HTTP)"
    document = b"<r>" + b"<a/>" * 15_000 + b"</r>"

    def prepare(self, house):
        self.web = house.web_server()
        self.web.pages["/sick"] = (200, "text/xml", self.document)
        self.token = house.folder / "token"
        self.token.write_text("0123456789abcdef0123456789abcdef\n")
        self.token.chmod(0o600)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]

    def sources(self, house):
        return f"""
            [source.sickweb]
            type = "http"
            url = "{self.web.url}/sick"
            format = "xml"
            every = "1s"
            measurement = "raw.sick"
            fields.n.path = "count(//a[count(preceding::a) > 3])"
            [source.sickpush]
            type = "push"
            listen = "127.0.0.1:{self.port}"
            token_file = "{self.token}"
            format = "xml"
            measurement = "raw.sick"
            fields.n.path = "count(//a[count(preceding::a) > 3])"
        """

    def begin(self, house):
        house.repeat(3, self.post)

    def post(self):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/push/sickpush", self.document,
            {"Authorization": "Bearer " + self.token.read_text().strip(), "Content-Type": "text/xml"},
        )
        try:
            urllib.request.urlopen(request, timeout=5).close()
        except OSError:
            pass


class HugeMessage(Fault):
    row, name = "D9", "an MQTT message of 192 MiB from a broker that knows 3.1.1 only"

    def prepare(self, house):
        broker = house.peer(sys.executable, ROOT / "Tests/peers/old_broker.py", 192 << 20)
        self.port = int(broker.stdout.readline())

    def sources(self, house):
        return f"""
            [source.sick]
            type = "mqtt"
            broker = "mqtt://127.0.0.1:{self.port}"
            topics = ["a/old"]
            format = "text"
            measurement = "raw.sick"
            fields.n.path = "7"
        """


class HugeErrors(Fault):
    row, name = "D16", "error texts of hundreds of kilobytes (exec, HTTP, JSON)"

    def prepare(self, house):
        text = texts(300_000)
        self.web = house.web_server()
        self.web.pages["/page"] = (500, "text/html", b"<html>" + text.encode())
        self.web.pages["/json"] = (200, "application/json", b'{"' + text.encode() + b'": "' + text.encode() + b'"')
        (house.folder / "text").write_text(text)

    def sources(self, house):
        return f"""
            [source.errors]
            type = "exec"
            command = ["/bin/sh", "-c", "cat {house.folder}/text >&2; exit 1"]
            measurements = ["raw.sick"]
            every = "1s"
            [source.output]
            type = "exec"
            command = ["/bin/cat", "{house.folder}/text"]
            measurements = ["raw.sick"]
            every = "1s"
            [source.page]
            type = "http"
            url = "{self.web.url}/page"
            every = "1s"
            measurement = "raw.sick"
            fields.n.path = "n"
            [source.json]
            type = "http"
            url = "{self.web.url}/json"
            every = "1s"
            measurement = "raw.sick"
            fields.n.path = "n"
        """

    def during(self, house):
        answer = house.run("status", "--format", "json")
        return [(f"status stays short ({len(answer[1])} characters)", len(answer[1]) < 60_000)]
