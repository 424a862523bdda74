"""The work of Tests/slow/home-assistant: home_assistant.py ROOT PROGRAM HASS"""

import asyncio
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

import aiohttp

ROOT, PROGRAM, HASS = sys.argv[1:]
TOTAL = "sensor.boxenergie_maison_compteur_import_wh"
POWER = "sensor.boxenergie_maison_compteur_import_w"
ENTRY = {
    "entry_id": "0123456789abcdef0123456789abcdef", "version": 1, "minor_version": 1, "domain": "mqtt", "title": "m",
    "options": {}, "pref_disable_new_entities": False, "pref_disable_polling": False, "source": "user",
    "unique_id": None, "disabled_by": None,
}


def say(text):
    print(text, flush=True)


class Peer:
    """A program that is ended with the test, and that answers a line with a line."""

    all = []

    def __init__(self, *command, **more):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, **more
        )
        Peer.all.append(self)

    def line(self):
        return self.process.stdout.readline().strip()

    def ask(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()
        return self.line()

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.process.wait(60)
        Peer.all.remove(self)


class House:
    """A meter, a database, a broker and the box; the meter counts in steps that are known."""

    pause = 25  # seconds: a step that comes sooner is more than a house draws, and the box does not believe it

    def __init__(self, folder):
        self.folder = folder
        self.meter = Peer(sys.executable, f"{ROOT}/Tests/peers/http_device.py")
        self.host = "127.0.0.1:" + self.meter.line()
        self.broker = Peer(f"{ROOT}/Tests/peers/mosquitto")
        self.port = int(self.broker.line())
        self.register, self.unit, self.counted = 1_000_001, 1, 0
        self.show(500)
        self.begin(1)

    def begin(self, number):
        """Starts the box with a folder and a database of its own."""
        database = Peer(f"{ROOT}/Tests/peers/influxd")
        url = database.line()
        state = self.folder / f"box{number}"
        state.mkdir()
        self.config = self.folder / "boxenergie.toml"
        self.config.write_text(f"""
            state = "{state}"
            clock_has_battery = true
            [influx]
            url = "{url}"
            [source.compteur]
            type = "http"
            url = "http://{self.host}/"
            role = "import"
            every = "1s"
            conditional = false
            fields = {{ wh_in = {{ path = "wh", unit = "Wh" }}, w = {{ path = "w", unit = "W" }} }}
            [output.maison]
            type = "mqtt"
            broker = "mqtt://127.0.0.1:{self.port}"
            every = "1s"
        """)
        subprocess.run([PROGRAM, "provision", "--config", self.config], check=True, stdout=subprocess.DEVNULL)
        self.start()

    def start(self):
        self.box = Peer(PROGRAM, "run", "--config", str(self.config))

    def show(self, watts):
        self.shown = time.time()
        body = json.dumps({"wh": self.register * self.unit, "w": watts})
        assert self.meter.ask(json.dumps({"path": "/", "body": body})) == "ok"

    def grow(self, by):
        time.sleep(max(0.0, self.shown + self.pause - time.time()))
        self.register += by
        self.counted += by
        self.show(random.randrange(100, 900))

    def other(self, register, unit=1):
        """Another meter or unit, which what was counted goes on over."""
        self.register, self.unit = register, unit
        self.show(500)


class HomeAssistant:
    """A Home Assistant of its own, on loopback."""

    def __init__(self, folder, broker):
        self.folder, self.port = folder, random.randrange(20000, 32000)
        self.url = f"http://127.0.0.1:{self.port}"
        (folder / ".storage").mkdir(parents=True)
        (folder / "configuration.yaml").write_text(
            "homeassistant: {time_zone: Europe/Paris, country: FR, language: fr, currency: EUR, unit_system: metric}\n"
            f"http: {{server_host: 127.0.0.1, server_port: {self.port}}}\n"
            "api:\nwebsocket_api:\nrecorder: {commit_interval: 1}\nhistory:\nenergy:\n"
        )
        data = {"broker": "127.0.0.1", "port": broker, "discovery": True, "discovery_prefix": "homeassistant"}
        entries = {"version": 1, "minor_version": 1, "key": "core.config_entries",
                   "data": {"entries": [{**ENTRY, "data": data}]}}
        (folder / ".storage" / "core.config_entries").write_text(json.dumps(entries))
        add = [HASS, "--script", "auth", "-c", str(folder), "add", "u", "p"]
        subprocess.run(add, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.start()

    def start(self):
        self.peer = Peer(HASS, "-c", str(self.folder))

    async def token(self, session):
        client = {"client_id": self.url + "/"}
        for _ in range(300):
            try:
                flow = {**client, "handler": ["homeassistant", None], "redirect_uri": self.url + "/"}
                async with session.post(self.url + "/auth/login_flow", json=flow) as answer:
                    number = (await answer.json())["flow_id"]
                break
            except (aiohttp.ClientError, KeyError, ValueError):
                await asyncio.sleep(1)
        login = {**client, "username": "u", "password": "p"}
        async with session.post(f"{self.url}/auth/login_flow/{number}", json=login) as answer:
            code = (await answer.json())["result"]
        form = {**client, "grant_type": "authorization_code", "code": code}
        async with session.post(self.url + "/auth/token", data=form) as answer:
            return (await answer.json())["access_token"]

    async def states(self, session, token):
        async with session.get(self.url + "/api/states", headers={"Authorization": "Bearer " + token}) as answer:
            return {state["entity_id"]: state for state in await answer.json()}

    async def sums(self, session, token, start):
        """The sum of each five minutes of the total, in Wh."""
        async with session.ws_connect(self.url + "/api/websocket") as socket:
            await socket.receive_json()
            await socket.send_json({"type": "auth", "access_token": token})
            assert (await socket.receive_json())["type"] == "auth_ok"
            await socket.send_json({
                "id": 1, "type": "recorder/statistics_during_period", "statistic_ids": [TOTAL], "period": "5minute",
                "start_time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(start)), "units": {"energy": "Wh"},
                "types": ["sum"],
            })
            rows = (await socket.receive_json())["result"].get(TOTAL, [])
            return [row["sum"] for row in rows if row["sum"] is not None]

    def complaints(self):
        """The lines of its log about what it was told: the rest of its life is its own."""
        log = (self.folder / "home-assistant.log").read_text()
        return [line for line in log.splitlines()
                if ("WARNING" in line or "ERROR" in line) and ("mqtt" in line or "boxenergie" in line or "sensor" in line)]


async def until(what, check, seconds=180):
    end = time.time() + seconds
    while time.time() < end:
        if await check():
            say(f"ok      {what}")
            return
        await asyncio.sleep(1)
    raise SystemExit(f"FAILED  {what}")


async def main():
    folder = pathlib.Path(tempfile.mkdtemp())
    begun = time.time()
    house = House(folder)
    assistant = HomeAssistant(folder / "ha", house.port)
    async with aiohttp.ClientSession() as session:
        token = await assistant.token(session)

        async def shows(entity, value):
            return (await assistant.states(session, token)).get(entity, {}).get("state") == value

        first = 1_000_001

        async def total():
            return await shows(TOTAL, str(first + house.counted))

        await until("it finds the total, as it is", total)
        found = await assistant.states(session, token)
        ours = [entity for entity in found if entity.startswith("sensor.boxenergie_")]
        say(f"        {len(ours)} entities: {' '.join(sorted(ours))}")
        units = (found[TOTAL]["attributes"]["unit_of_measurement"], found[TOTAL]["attributes"]["state_class"])
        assert units == ("Wh", "total_increasing"), units
        house.grow(137)
        await until("it follows the meter", total)
        house.other(25_000_003)
        house.grow(211)
        await until("another meter is not seen", total)
        house.other(25_000_214, unit=1000)
        time.sleep(house.pause)
        house.register, house.unit = house.register * 1000, 1
        house.grow(307)
        await until("another unit is not seen", total)
        assistant.peer.end(signal.SIGINT)
        house.grow(113)
        await asyncio.sleep(5)
        assistant.start()
        token = await assistant.token(session)
        await until("it goes on after its restart", total)
        house.box.end(signal.SIGKILL)
        await until("a box without power is not there", lambda: shows(POWER, "unavailable"))
        house.start()
        await until("it is there again", total)
        house.box.end()
        house.begin(2)
        await until("a box that lost all it knew goes on", total)
        house.grow(59)
        await until("and follows the meter", total)

        async def counted():
            sums = await assistant.sums(session, token, begun)
            return bool(sums) and abs(sums[-1] - house.counted) < 0.5

        await until(f"its statistics have the {house.counted} Wh that were counted", counted, 700)
        sums = await assistant.sums(session, token, begun)
        assert sums == sorted(sums), sums
        complaints = assistant.complaints()
        assert not complaints, "\n".join(complaints)
        say("ok      no word of it in its log")


try:
    asyncio.run(main())
finally:
    for peer in list(Peer.all):
        peer.process.kill()
