"""The newest two days of a home, reading by reading."""

import math

from homes import NOW, RAW_FIRST, Point, chance, local, seconds, volts


def raw(home, totals, index, pulses):
    """The newest two days. The registers end where the quarters say."""
    site = {"site": home.site}
    source = {**site, "source": "linky"}
    first, end = seconds(RAW_FIRST), seconds(NOW)
    counts = {"frames": 0, "errors": 0, "held": 0, "sd": 0}
    top, top_day = 0, None
    energy_in, energy_out = totals["wh_in"], totals["wh_out"]
    for second in range(first, end + 1, 10):
        flicker = 1 + 0.05 * math.sin(second / 47) + 0.06 * (chance("f", home.site, second // 20) - 0.5)
        kettle = 2100 if chance("kettle", home.site, second // 240) > 0.965 and 7 <= local(second).hour < 22 else 0
        used = home.consumption(second) * flicker + kettle
        made = home.production(second) * (1 + 0.02 * math.sin(second / 130)) if home.peak else 0.0
        taken, given = max(0.0, used - made), max(0.0, made - used)
        charge, discharge = home.stored(second, given, taken)
        taken, given = taken - discharge, given - charge
        va_in, va_out = round(taken / 0.95), round(given / 0.97)
        if local(second).date() != top_day:
            top, top_day = 0, local(second).date()
        top = max(top, va_in)
        left = end - second
        linky = {"va_in": va_in, "wh_in": int(energy_in - left * 0.1), "ntarf": 1, "pref_va": home.kva * 1000}
        phases = [{"i": round(va_in / 232 / home.phases), "va": round(va_in / home.phases)} for _ in range(home.phases)]
        flow = {"import_w": taken}
        if not home.peak:
            flow |= {"consumption_w": taken}  # a house without panels
        if home.standard:
            linky |= {
                "va_out": va_out,
                "wh_out": int(energy_out - left * 0.05),
                "smax_va": top,
                "stge": 0x003A0001,
                "pcoup_va": home.kva * 1000,
            }
            flow |= {"production_w": made, "export_w": given, "consumption_w": used}
            for number, fields in enumerate(phases, 1):
                volt = volts(home, second, number, given) + math.sin(second / 31 + number)
                fields |= {"v": round(volt), "v_avg": round(volts(home, second, number, given))}
        if home.battery:
            flow |= {"charge_w": charge, "discharge_w": discharge, "soc_pct": 20 + 60 * local(second).hour / 23}
        yield Point("raw", "linky", source, linky, second)
        for number, fields in enumerate(phases, 1):
            yield Point("raw", "phase", {**source, "phase": str(number)}, fields, second)
        yield Point("raw", "flow", site, flow, second)
        for number, name in enumerate(home.inverters):
            share = made / len(home.inverters)
            yield Point(
                "raw",
                "production",
                {**site, "source": name, "kind": "inverter"},
                {"w": share, "temp_c": 25 + share / 150},
                second,
            )
        if second % 60:
            continue
        counts["frames"] += 58 + int(4 * chance("frames", second))
        counts["errors"] += chance("bad", home.site, second) > 0.996
        counts["held"] += chance("held", home.site, second) > 0.9992
        counts["sd"] += int(14_000 + 6_000 * chance("sd", second))
        yield Point(
            "raw",
            "box",
            site,
            {
                "frames": counts["frames"],
                "frame_errors": counts["errors"],
                "quarantined": counts["held"],
                "queue_points": int(5 + 25 * chance("queue", second)),
                "spool_bytes": 1_048_576,
                "write_ms": 6 + 8 * chance("write", second),
                "dropped": 0,
                "sd_bytes": counts["sd"],
                "cpu_temp_c": 47 + 5 * math.sin(second / 14_000) + chance("temp", second),
                "load1": 0.1 + 0.3 * chance("load", second) ** 2,
                "mem_used_pct": 38 + 2 * math.sin(second / 9_000),
                "disk_used_pct": 21.4 + (second - first) / 4e6,
                "db_bytes": 41_000_000 + (second - first) * 3,
                "uptime_s": float(second - first + 3_456_000),
            },
            second,
        )
        devices = ["linky", *home.inverters]
        for number, name in enumerate(devices):
            yield Point(
                "raw",
                "source",
                {**site, "source": name},
                {
                    "age_s": 1.0 + number,
                    "late_s": 0.0,
                    "reads": counts["frames"] // (1 + number),
                    "errors": counts["errors"] // (1 + 2 * number),
                    "reconnects": number,
                    "state": "reading",
                },
                second,
            )
        for register, wh in sorted(index.items()):
            yield Point("raw", "index", {**source, "register": register}, {"wh": int(wh - left * 0.03)}, second)
        if second % 300 == 0:
            for name, role in (
                (("eau", "water"), ("gaz", "gas"))
                if home.site == "maison"
                else (("chaleur", "heat"),) if home.site == "atelier" else ()
            ):
                value = pulses[name] - left / 86400 * 0.2
                yield Point(
                    "raw",
                    "pulse",
                    {**site, "source": name, "role": role},
                    {"count": int(value * 1000), "value": value, "rejected": 3, "lost": 0},
                    second,
                )
