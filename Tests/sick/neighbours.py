"""Servers, devices and programs that hang, or that cannot be ended (D10 to D13)."""

import os
import pathlib
import shutil

from fault import Fault


class HangingDatabases(Fault):
    row, name = "D10", "two databases of the same server hang"

    def sources(self, house):
        return "".join(
            f"""
            [output.{name}]
            type = "influx"
            url = "{house.front.url}"
            database = "{name}"
            flush = "1s"
            spool = {{ directory = "{house.state}/{name}", limit = "20MB" }}
            """
            for name in ["second", "third"]
        )

    def begin(self, house):
        house.front.mute_databases = {"second", "third"}


class HangingDevice(Fault):
    row, name = "D10", "a device that takes requests and never answers"

    def prepare(self, house):
        self.web = house.web_server()

    def sources(self, house):
        return f"""
            [source.sick]
            type = "http"
            url = "{self.web.url}/sick"
            every = "1s"
            measurement = "raw.sick"
            fields.n.path = "n"
        """

    def begin(self, house):
        self.web.pages["/sick"] = None


class MissingChip(Fault):
    row, name = "D11", "pulse set while the line of the meter is opened again and again"

    def sources(self, house):
        return """
            [source.meter]
            type = "pulse"
            role = "water"
            chip = "/dev/gpiochip99"
            line = 5
            pulses_per_m3 = 1000
        """

    def during(self, house):
        code, words, seconds = house.run("pulse", "set", "meter", "7.5", patience=90)
        return [(f"pulse set answers in 1 s ({seconds:.1f} s: {words.strip()[:60]})", seconds <= 1)]


class Undead(Fault):
    row, name = "D12", "programs that cannot be ended"

    def prepare(self, house):
        # As with sudo: whoever runs boxenergie may not kill it. One that waits in the kernel for a device is alike.
        self.mighty = house.folder / "mighty"
        shutil.copy(pathlib.Path("/usr/bin/python3").resolve(), self.mighty)
        os.chmod(self.mighty, 0o4755)
        for place in [house.folder, *house.folder.parents][:-2]:
            os.chmod(place, os.stat(place).st_mode | 0o755)
        os.chown(house.state, 65534, 65534)
        os.chmod(os.path.realpath(house.folder / "linky"), 0o666)
        house.prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]

    def sources(self, house):
        script = "import os, time; os.setresuid(0, 0, 0); time.sleep(4)"
        return "".join(
            f"""
            [source.sick{number}]
            type = "exec"
            command = ["{self.mighty}", "-c", "{script}"]
            measurements = ["raw.sick"]
            every = "1s"
            timeout = "1s"
            """
            for number in range(3)
        )

    def during(self, house):
        ended = house.children().count("Z")
        return [(f"children are collected ({ended} ended ones left)", ended <= 3)]


class CuriousProgram(Fault):
    row, name = "D13", "a program that looks for descriptors and variables that are not its own"

    def prepare(self, house):
        self.found = house.folder / "found"
        script = house.folder / "look"
        script.write_text(f"#!/bin/sh\nset -- /proc/self/fd/*\nenv > {self.found}.new\nls -l /proc/$$/fd >> {self.found}.new\n"
                          f"mv {self.found}.new {self.found}\necho 'sick v=1'\n")
        script.chmod(0o755)
        self.script = script
        house.environment = {"SECRET_OF_THE_BOX": "it"}

    def sources(self, house):
        return f"""
            [source.sick]
            type = "exec"
            command = ["{self.script}"]
            measurements = ["raw.sick"]
            every = "1s"
        """

    def during(self, house):
        lines = self.found.read_text().split("\n")
        names = {line.split("=")[0] for line in lines if "=" in line} - {"PWD", "_", "OLDPWD", "SHLVL"}
        links = [line.split("->")[1].strip() for line in lines if "->" in line]
        ours = [link for link in links if "socket" in link or str(house.state) in link]
        return [(f"variables: {sorted(names)}", names <= {"PATH", "LANG", "LC_ALL", "TZ"}), (f"descriptors: {ours}", not ours)]
