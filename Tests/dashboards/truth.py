"""The points that were loaded, and what can be added up of them without InfluxQL."""

import bisect

from house import local, midnight


class Truth:
    """The points, by measurement and home, in the order of time."""

    def __init__(self, points):
        self.stored = {}
        for point in points:
            self.stored.setdefault((f"{point.policy}.{point.measurement}", point.tags["site"]), []).append(point)
        for kept in self.stored.values():
            kept.sort(key=lambda point: point.time)
        self.sites = sorted({site for _, site in self.stored})


class Scope:
    """One home between two instants."""

    def __init__(self, truth, site, first, last, step):
        self.truth, self.site, self.first, self.last, self.step = truth, site, first, last, step

    def points(self, name, ever=False, **tags):
        kept = self.truth.stored.get((name, self.site), [])
        if not ever:
            kept = kept[
                bisect.bisect_left(kept, self.first / 1000, key=lambda point: point.time) : bisect.bisect_right(
                    kept, self.last / 1000, key=lambda point: point.time
                )
            ]
        return [point for point in kept if all(point.tags.get(key) == value for key, value in tags.items())]

    def values(self, name, field, **tags):
        return [point.fields[field] for point in self.points(name, **tags) if field in point.fields]

    def total(self, name, field, **tags):
        values = self.values(name, field, **tags)
        return sum(values) if values else None

    def last_of(self, name, field, **tags):
        values = self.values(name, field, **tags)
        return values[-1] if values else None

    def each(self, tag, name, value, title="{}", **tags):
        """{title of the tag's value: value(the scope of the points that carry it)}."""
        known = sorted({point.tags[tag] for point in self.points(name, **tags)})
        return {title.format(one): value({**tags, tag: one}) for one in known}

    def buckets(self, name, field, every, how=sum, **tags):
        """{start of the bucket in ms: how(values)}; days and hours are local, seconds count from 1970."""
        groups = {}
        for point in self.points(name, **tags):
            if field in point.fields:
                groups.setdefault(start(point.time, every), []).append(point.fields[field])
        return {key: how(values) for key, values in groups.items()}


def start(second, every):
    if every == "1d":
        return midnight(local(second).date()) * 1000
    return (second - second % every) * 1000


def mean(values):
    return sum(values) / len(values)


def spread(values):
    return max(values) - min(values)


def over(above, below, times=1.0):
    return None if not below or above is None else above / below * times


def apart(a, b, how):
    """how(a, b) wherever both have a value."""
    return {key: how(a[key], b[key]) for key in a if key in b}


def scaled(value, by):
    if isinstance(value, dict):
        return {key: number * by for key, number in value.items()}
    return None if value is None else value * by


def running(buckets, by=1.0):
    total, out = 0.0, {}
    for key in sorted(buckets):
        total += buckets[key]
        out[key] = total * by
    return out
