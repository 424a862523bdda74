"""Chromium by DevTools and Firefox by Marionette, with nothing but Python's own library."""
import base64
import http.client
import itertools
import json
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import tempfile
import time


class WebSocket:
    """A client's end of a WebSocket for texts (RFC 6455)."""

    def __init__(self, host, port, path):
        self.socket = socket.create_connection((host, port), 30)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        self.stream = self.socket.makefile("rb")
        while self.stream.readline().strip():
            pass

    def send(self, text):
        data = text.encode()
        head = bytes([0x81])
        if len(data) < 126:
            head += bytes([0x80 | len(data)])
        elif len(data) < 65536:
            head += bytes([0xFE]) + struct.pack(">H", len(data))
        else:
            head += bytes([0xFF]) + struct.pack(">Q", len(data))
        # The mask may be anything, zero as well.
        self.socket.sendall(head + bytes(4) + data)

    def receive(self, seconds):
        """The next text; None when there is none in time."""
        text = b""
        while True:
            self.socket.settimeout(seconds)
            try:
                head = self.stream.read(2)
            except (TimeoutError, socket.timeout):
                # A buffered reader that timed out is of no more use.
                self.stream = self.socket.makefile("rb")
                return None
            self.socket.settimeout(30)
            if len(head) < 2:
                raise EOFError("the browser closed the connection")
            length = head[1] & 0x7F
            if length == 126:
                length = struct.unpack(">H", self.stream.read(2))[0]
            elif length == 127:
                length = struct.unpack(">Q", self.stream.read(8))[0]
            text += self.stream.read(length)
            if head[0] & 0x80:
                return text.decode()


class Browser:
    """What both browsers can do; `evaluate` takes an expression, and waits for a promise."""

    def text(self, name):
        """The text of a place of the page."""
        return self.evaluate(f"(document.querySelector('[data-t={json.dumps(name)}]') || {{}}).textContent || null")

    def until(self, what, expression, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            # A page that is just loading has no body yet.
            found = self.evaluate(f"document.readyState === 'complete' && ({expression})")
            if found:
                return found
            time.sleep(0.1)
        raise AssertionError(f"{type(self).__name__}: not within {seconds} s: {what}")

    def send_signal(self, signal):
        """To all of its processes."""
        os.killpg(self.process.pid, signal)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()


class Chromium(Browser):
    def __init__(self, width=1024, height=768, scale=1, dark=False, slower=1, language="fr-FR", script=True,
                 environment=None):
        self.folder = tempfile.mkdtemp(prefix="chromium-")
        self.process = subprocess.Popen(
            [
                "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
                "--disable-background-networking", f"--lang={language}", f"--user-data-dir={self.folder}",
                "--remote-debugging-port=0", "--remote-allow-origins=*", f"--window-size={width},{height}", "about:blank",
            ],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **(environment or {})},
            start_new_session=True,
        )
        port = self.port()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/json/list")
        page = next(one for one in json.load(connection.getresponse()) if one["type"] == "page")
        self.socket = WebSocket("127.0.0.1", port, page["webSocketDebuggerUrl"].split(str(port), 1)[1])
        self.numbers = itertools.count(1)
        self.events = []
        for domain in ("Page", "Runtime", "Network", "Log", "Performance"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale,
                  mobile=width < 600)
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.call("Network.setExtraHTTPHeaders", headers={"Accept-Language": language})
        if slower > 1:
            self.call("Emulation.setCPUThrottlingRate", rate=slower)
        if not script:
            self.call("Emulation.setScriptExecutionDisabled", value=True)

    def port(self):
        file = pathlib.Path(self.folder) / "DevToolsActivePort"
        for _ in range(600):
            if file.exists() and "\n" in file.read_text():
                return int(file.read_text().split("\n")[0])
            time.sleep(0.1)
        raise AssertionError("Chromium did not start")

    def call(self, method, **parameters):
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            text = self.socket.receive(60)
            assert text is not None, f"no answer to {method}"
            message = json.loads(text)
            if message.get("id") == number:
                assert "error" not in message, f"{method}: {message['error']}"
                return message["result"]
            self.events.append(message)

    def listen(self, seconds):
        """Takes events for a time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.call("Runtime.evaluate", expression="1")
            time.sleep(0.05)

    def open(self, url):
        self.events.clear()
        self.call("Page.navigate", url=url)
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self.call("Runtime.evaluate", expression="1")
            time.sleep(0.02)

    def evaluate(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def complaints(self):
        """Errors of the console and of the policy, uncaught exceptions."""
        found = []
        for event in self.events:
            parameters = event.get("params", {})
            if event["method"] == "Log.entryAdded" and parameters["entry"]["level"] in ("error", "warning"):
                found.append(parameters["entry"]["text"])
            elif event["method"] == "Runtime.exceptionThrown":
                found.append(parameters["exceptionDetails"]["text"])
            elif event["method"] == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning", "assert"):
                found.append(str(parameters["args"]))
        return found

    def picture(self, path, whole=True):
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        more = {"clip": clip, "captureBeyondViewport": True} if whole else {}
        image = self.call("Page.captureScreenshot", format="png", **more)
        pathlib.Path(path).write_bytes(base64.b64decode(image["data"]))

    def close(self):
        self.process.terminate()
        self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)


class Firefox(Browser):
    def __init__(self, width=1024, height=768, dark=False, language="fr-FR", environment=None):
        self.folder = tempfile.mkdtemp(prefix="firefox-")
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
        settings = {
            "marionette.port": port, "intl.accept_languages": language, "ui.systemUsesDarkTheme": int(dark),
            "layout.css.prefers-color-scheme.content-override": 0 if dark else 1,
            "datareporting.policy.dataSubmissionEnabled": False, "browser.shell.checkDefaultBrowser": False,
            "app.update.enabled": False, "network.captive-portal-service.enabled": False,
            "network.connectivity-service.enabled": False, "browser.aboutConfig.showWarning": False,
            "privacy.resistFingerprinting": False,
        }
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in settings.items()]
        (pathlib.Path(self.folder) / "user.js").write_text("\n".join(lines))
        self.process = subprocess.Popen(
            ["firefox-esr", "--headless", "--marionette", "--no-remote", "--profile", self.folder,
             f"--width={width}", f"--height={height}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": self.folder, **(environment or {})}, start_new_session=True,
        )
        self.numbers = itertools.count(1)
        for _ in range(600):
            try:
                self.socket = socket.create_connection(("127.0.0.1", port), 60)
                break
            except OSError:
                time.sleep(0.1)
        self.take()
        self.call("WebDriver:NewSession", capabilities={})

    def take(self):
        length = b""
        while True:
            byte = self.socket.recv(1)
            if not byte:
                raise EOFError("Firefox closed the connection")
            if byte == b":":
                break
            length += byte
        text = b""
        while len(text) < int(length):
            text += self.socket.recv(int(length) - len(text))
        return json.loads(text)

    def call(self, command, **parameters):
        number = next(self.numbers)
        text = json.dumps([0, number, command, parameters])
        self.socket.sendall(f"{len(text.encode())}:{text}".encode())
        while True:
            answer = self.take()
            if answer[1] == number:
                assert answer[2] is None, f"{command}: {answer[2]}"
                return answer[3]

    def open(self, url):
        self.call("WebDriver:Navigate", url=url)
        # What is wrong from here on; the policy's violations are events of the page.
        self.evaluate(
            "(window.wrong = [], addEventListener('error', e => wrong.push(e.message)), "
            "document.addEventListener('securitypolicyviolation', e => wrong.push(e.violatedDirective)), 1)"
        )

    def evaluate(self, expression):
        script = f"return (async () => ({expression}))();"
        return self.call("WebDriver:ExecuteScript", script=script, args=[], sandbox=None)["value"]

    def complaints(self):
        return self.evaluate("window.wrong")

    def picture(self, path):
        image = self.call("WebDriver:TakeScreenshot", full=True)["value"]
        pathlib.Path(path).write_bytes(base64.b64decode(image))

    def close(self):
        self.process.terminate()
        self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)
