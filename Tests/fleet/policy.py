"""When a box sends and tries again: the product's own numbers, read from its sources, and none of ours.

A number that is no longer found where it stood stops the simulation: it would show another product.
"""

import random
import re
from pathlib import Path

CORE = Path(__file__).resolve().parents[2] / "Sources" / "MeterCore"
SINK = CORE.parent / "InfluxOutput" / "InfluxClient+Sink.swift"


def number(path, pattern):
    found = re.search(pattern, path.read_text(encoding="utf-8"))
    if not found:
        raise SystemExit(f"{path.name} no longer says {pattern}: Tests/fleet/policy.py must follow it")
    return [float(text) for text in found.groups()]


BACKOFF = CORE / "Pipeline" / "Backoff.swift"
(FIRST,) = number(BACKOFF, r"first: Duration = \.seconds\((\d+)\)")
SHORT, STEPS = number(CORE / "Plugin" / "FlushPace.swift", r"max\(\.seconds\((\d+)\), time \* (\d+)\)")
LEAST, MOST = number(BACKOFF, r"Double\.random\(in: ([\d.]+)\.\.\.([\d.]+)\)")
(STALL,) = number(SINK, r"request\.stall = \.seconds\((\d+)\)")
(WINDOW,) = number(CORE / "Pipeline" / "SafetyWindow.swift", r"static let seconds = ([\d.]+)")
# The steps begin at a random place within `flush` (RunningOutput), which is what --in-step leaves out.
number(CORE / "Pipeline" / "RunningOutput.swift", r"Double\.random\(in: (0)\.\.<(1)\)")

# What `boxenergie join` writes (influx/FLEET.md): seconds between two sendings, and between two points of the health.
FLUSH = 60.0
HEALTH = 900.0
LONGEST = max(SHORT, STEPS * FLUSH)


class Backoff:
    """As Backoff.swift."""

    __slots__ = ("failures",)

    def __init__(self, failures=0):
        self.failures = failures

    def next(self):
        self.failures = min(self.failures + 1, 16)
        pause = min(FIRST * 2 ** (self.failures - 1), LONGEST)
        return pause * random.uniform(LEAST, MOST)

    def reset(self):
        self.failures = 0
