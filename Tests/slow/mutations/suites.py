"""The suites of the unit tests, run one by one with a mutant awake."""

import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time

from copy_of_checkout import AWAKE, MET
from table import CannotTry

# The tests that can notice a fault in a module: its own first.
TESTS = {
    "MeterNotation": ["MeterNotationTests", "MeterCoreTests", "MeterProtocolsTests", "MeterDocumentsTests"],
    "MeterCore": ["MeterCoreTests", "InfluxOutputTests", "MeterSourcesTests"],
    "MeterProtocols": ["MeterProtocolsTests", "MeterSimulationTests", "MeterSourcesTests"],
    "MeterDocuments": ["MeterDocumentsTests", "MeterSourcesTests"],
    "InfluxOutput": ["InfluxOutputTests"],
}


class Suite:
    """The tests of one type, which run together in a process of their own."""

    def __init__(self, program, name):
        self.program, self.name = program, name
        self.seconds, self.met = 0.0, set()

    def try_without_mutant(self, folder):
        """Notes which mutants the suite meets, and how long it takes: the others cannot change anything for it.

        It may fail once, on a machine that has too much to do.
        """
        path = folder / ".build" / "met"
        for _ in range(2):
            path.unlink(missing_ok=True)
            began = time.monotonic()
            failure = self.run(0, 600, {MET: str(path)})
            self.seconds = time.monotonic() - began
            if not failure:
                break
        else:
            raise CannotTry(f"{self.name} fails without any mutant: {failure}")
        self.met = {int(line) for line in path.read_text(encoding="ascii").split()} if path.exists() else set()

    def run(self, mutant, limit, environment=None):
        """Runs the tests until one fails; returns what failed, or nothing when all is well."""
        end = time.monotonic() + limit
        process = subprocess.Popen(
            [str(self.program), "--testing-library", "swift-testing", "--filter", f"^{re.escape(self.name)}[/(]"],
            env=os.environ | {"NO_COLOR": "1", AWAKE: str(mutant)} | (environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        lines = queue.Queue()

        def listen():
            for line in process.stdout:
                lines.put(line.decode(errors="replace").rstrip())
            lines.put(None)

        threading.Thread(target=listen, daemon=True).start()
        failure, crash, has_run = None, None, False
        try:
            while failure is None:
                try:
                    line = lines.get(timeout=max(0.0, end - time.monotonic()))
                except queue.Empty:
                    failure = f"no end after {limit:.0f} s"
                    break
                if line is None:
                    break
                if issue := re.match(r"✘ Test (.*?) recorded an issue", line):
                    failure = re.sub(r" with \d+ (argument|test case).*", "", issue[1])
                has_run = has_run or re.search(r"Test run with [1-9]", line)
                crash = line if "Fatal error" in line else crash
        finally:
            if process.poll() is None and (failure or sys.exc_info()[0]):
                os.killpg(process.pid, signal.SIGKILL)
            status = process.wait()
        if failure is None and status != 0:
            failure = f"a crash: {crash or f'status {status}'}"
        if failure is None and not has_run:
            failure = "no test ran"
        return failure


def suites_in(program):
    """All suites by their target."""
    command = [str(program), "--testing-library", "swift-testing", "--list-tests"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    names = dict.fromkeys(re.split(r"[/(]", line)[0] for line in listed.splitlines() if "." in line)
    suites = {}
    for name in names:
        suites.setdefault(name.partition(".")[0], []).append(Suite(program, name))
    return suites


def who_notices(mutant, suites):
    """The suite and test that notice a mutant, the quickest suites first; nothing when none does."""
    able = [suite for target in TESTS[mutant.module] for suite in suites[target] if mutant.number in suite.met]
    for suite in sorted(able, key=lambda suite: suite.seconds):
        # One that takes seconds may have failed for want of time: it has to fail twice.
        for _ in range(1 if suite.seconds < 2 else 2):
            failure = suite.run(mutant.number, 20 + 5 * suite.seconds)
            if not failure:
                break
        else:
            return f"{suite.name}: {failure}"
    return None
