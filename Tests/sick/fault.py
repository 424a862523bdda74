"""A fault as the check knows it; this one is none."""

import random
import string


class Fault:
    """Nothing is wrong; the others say what is different with them."""

    row = "-"
    name = "nothing is wrong"
    # True when InfluxDB itself is away: then the readings must be there afterwards, and no batch comes in time.
    server_is_away = False

    def prepare(self, house):
        """Before the configuration is written."""

    def sources(self, house):
        """The sick source's section."""
        return ""

    def influx(self, house):
        """More lines of [influx]."""
        return ""

    def begin(self, house):
        """Once all sources are read."""

    def during(self, house):
        """In the middle of it: more that must be so, as pairs of words and a truth."""
        return []

    def end(self, house):
        """After the figures were taken; the program still runs, and is ended next."""

    def heal(self, house):
        """After the program has ended."""


def texts(count, rng=random.Random(5)):
    return "".join(rng.choices(string.ascii_letters + string.digits, k=count))
