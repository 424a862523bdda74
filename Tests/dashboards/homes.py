"""Three homes: when the sun shines on them, what they use, what it costs, and their calendar. Nothing is random."""

import math
from collections import namedtuple
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 10, 25, 15, 40, tzinfo=PARIS)  # a Sunday: at 3 h it was 2 h again
FIRST = datetime(2025, 10, 1, tzinfo=PARIS)
RAW_FIRST = datetime(2026, 10, 24, tzinfo=PARIS)
GAP = (datetime(2026, 9, 12, 20, tzinfo=PARIS), datetime(2026, 9, 13, 3, tzinfo=PARIS))
QUARTER = 900

Point = namedtuple("Point", "policy measurement tags fields time")  # time in seconds since 1970, UTC


def seconds(moment):
    return int(moment.timestamp())


def local(second):
    return datetime.fromtimestamp(second, timezone.utc).astimezone(PARIS)


def midnight(day):
    return seconds(datetime.combine(day, time(), PARIS))


def chance(*what):
    """Between 0 and 1, always the same for the same things."""
    value = 2166136261
    for byte in repr(what).encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    value ^= value >> 15
    value = value * 0x2C1B3C6D & 0xFFFFFFFF
    return ((value ^ value >> 12) & 0xFFFFFFFF) / 2**32


def sunshine(second, cloudy):
    """The share of the panels' peak that the sun gives, 47° north."""
    moment = datetime.fromtimestamp(second, timezone.utc)
    year_angle = 2 * math.pi * (moment.timetuple().tm_yday - 81) / 365
    declination = math.radians(23.45) * math.sin(year_angle)
    hour_angle = math.radians(15) * (moment.hour + moment.minute / 60 + moment.second / 3600 + 0.15 - 12)
    north = math.radians(47)
    height = math.sin(north) * math.sin(declination) + math.cos(north) * math.cos(declination) * math.cos(hour_angle)
    return max(0.0, height) ** 1.15 * cloudy


def clearness(day):
    return (0.25, 0.45, 0.7, 0.9, 1.0, 1.0, 0.95)[int(chance("sky", day) * 7)]


def bump(hour, at, width):
    return math.exp(-(((hour - at) / width) ** 2))


class Home:
    def __init__(self, site, phases, peak, base, contract, kva, standard=True, inverters=(), battery=False):
        self.site, self.phases, self.peak, self.base = site, phases, peak, base
        self.contract, self.kva, self.standard, self.inverters = contract, kva, standard, inverters
        self.battery = battery
        self.shares = {}

    def production(self, second):
        day = local(second).date()
        passing = 1 - (0.45 * chance("cloud", day, second // 1200) if clearness(day) < 0.9 else 0.04)
        return self.peak * sunshine(second, clearness(day)) * passing

    def consumption(self, second):
        moment = local(second)
        hour, day = moment.hour + moment.minute / 60, moment.date()
        weekend = moment.weekday() >= 5
        winter = 0.5 + 0.5 * math.cos(2 * math.pi * (moment.timetuple().tm_yday - 15) / 365)
        watts = self.base * (0.7 + 0.2 * chance("base", self.site, day, moment.hour))
        watts += (
            900 * bump(hour, 7.5 + weekend, 1.0) + 1500 * bump(hour, 19.5, 1.6) + 500 * bump(hour, 12.5, 1.0 + weekend)
        )
        watts += 1400 * winter * (0.8 + 0.4 * chance("cold", day)) * (0.6 + 0.4 * bump(hour, 20, 5))
        if 2 <= moment.hour < 4:
            watts += 1900  # the water heater
        if weekend and 14 <= hour < 16 and chance("oven", self.site, day) > 0.4:
            watts += 1600
        return watts * self.kva / 6 * (0.8 if self.phases == 3 else 1)

    def stored(self, second, surplus, lack):
        """What the battery takes of a surplus, and what it gives of what is lacking; both in the unit of these."""
        return (0.55 * surplus, self.given_share(local(second).date()) * lack) if self.battery else (0.0, 0.0)

    def given_share(self, day):
        """The share of what is lacking in a day for which the charge of the day before lasts, less a tenth that is lost."""
        if day not in self.shares:
            quarters = range(0, 86_400, 900)
            before, start = midnight(day - timedelta(days=1)), midnight(day)
            charge = 0.55 * sum(max(0.0, self.production(before + q) - self.consumption(before + q)) for q in quarters)
            lack = sum(max(0.0, self.consumption(start + q) - self.production(start + q)) for q in quarters)
            self.shares[day] = min(0.8, 0.9 * charge / lack)
        return self.shares[day]

    def registers(self, second):
        """The register that counts at that time."""
        moment = local(second)
        cheap = moment.hour < 6 or moment.hour >= 22
        if self.contract == "BASE":
            return "F01"
        if self.contract == "HC":
            return "F01" if cheap else "F02"
        day = moment.date() if moment.hour >= 6 else moment.date() - timedelta(days=1)  # a Tempo day begins at 6 h
        return ("HC" if cheap else "HP") + "J" + tempo(day)[0]


def tempo(day):
    """B, W or R with its French name."""
    if day.month in (11, 12, 1, 2, 3):
        draw = chance("tempo", day)
        if day.weekday() < 5 and draw > 0.83:
            return "R", "ROUGE"
        if day.weekday() < 6 and draw > 0.55:
            return "W", "BLANC"
    return "B", "BLEU"


# € a kWh by register: a Linky in mode standard counts F01, F02 …, in mode historique the names of the contract.
PRICES = {
    "BASE": {"F01": 0.2016},
    "HC": {"F01": 0.1696, "F02": 0.2146},
    "TEMPO": {"HCJB": 0.1296, "HPJB": 0.1609, "HCJW": 0.1486, "HPJW": 0.1894, "HCJR": 0.1568, "HPJR": 0.7562},
}
# The registers of mode standard in the household's words, in their order, as the meter tells them.
REGISTER_NAMES = {"BASE": ["Base"], "HC": ["Heures creuses", "Heures pleines"]}
RISE, RISEN = midnight(date(2026, 2, 1)), 1.03  # prices since then, times this
FEED_IN = 0.1269
# € a month, with 30 days of 96 quarters.
SUBSCRIPTION = 15.86

HOMES = [
    Home("maison", 1, 5200, 260, "HC", 6, inverters=("toit",)),
    Home("atelier", 3, 9000, 420, "BASE", 12, inverters=("est", "ouest"), battery=True),
    Home("gite", 1, 0, 180, "TEMPO", 9, standard=False),
]


def price(home, register, second):
    return PRICES[home.contract][register] * (RISEN if second >= RISE else 1)


def volts(home, second, phase, export_w):
    moment = local(second)
    hour = moment.hour + moment.minute / 60
    sunny = sunshine(second, clearness(moment.date()))
    value = 234 + 3 * (phase - 1) - 7 * bump(hour, 19.5, 2) + 9 * sunny + export_w / 900
    value += 4 * (chance("feeder", moment.date()) - 0.5) + 2.5 * (chance("v", home.site, phase, second // 900) - 0.5)
    if moment.date() in (date(2026, 10, 14), date(2026, 10, 2), date(2026, 6, 21)) and 12 <= moment.hour < 15:
        value = 252.5 + 2.5 * chance("high", second // 900)
    if moment.date() == date(2026, 10, 8) and moment.hour == 19 and phase == 1:
        value -= 23
    return value


def water(start):
    hour = local(start).hour + local(start).minute / 60
    drawn = chance("water", start)
    return (
        round((bump(hour, 7.5, 0.9) + bump(hour, 19.5, 1.4)) * drawn * 0.045, 3)
        if drawn > 0.35 and 6 <= hour < 23
        else 0.0
    )


def gas(start):
    moment = local(start)
    winter = max(0.0, math.cos(2 * math.pi * (moment.timetuple().tm_yday - 15) / 365))
    return round(
        0.09 * winter * (0.5 + chance("gas", start)) + (0.02 * chance("hob", start) if moment.hour in (12, 19) else 0),
        2,
    )
