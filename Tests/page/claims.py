"""What the page is held to: the tests that the files beside this one add, and what they share."""
import re
import socket

from browsers import Chromium, Firefox

TESTS = []
BROWSERS = (Chromium, Firefox)
LIVES = "document.documentElement.classList.contains('live')"
IS_OLD = "document.documentElement.classList.contains('old')"


def test(claim):
    """Adds a test, whose name is what it claims."""
    def take(body):
        TESTS.append((claim, body))
        return body

    return take


def figure(text):
    """The number in a French figure, in its base unit."""
    number = float(re.sub(r"[^\d,−]", "", text).replace(",", ".").replace("−", "-"))
    return number * 1000 if "kW" in text else number


def reader_gets(house, count=3):
    with socket.create_connection(("127.0.0.1", house.port), 20) as reader:
        reader.sendall(b"GET /api/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        reader.settimeout(20)
        found = b""
        while found.count(b"data: ") < count:
            chunk = reader.recv(65536)
            if not chunk or b" 503 " in found[:20]:
                return False
            found += chunk
    return True
