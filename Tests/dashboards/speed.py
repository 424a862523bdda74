"""How long the dashboards' queries take on thirteen months and two raw days: medians of several runs, printed."""

import statistics
import sys
import time

import grafana
import house
from influx import Influx

RUNS = 7


def took(server, query):
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        server.query(query)
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times), max(times)


def main():
    with Influx() as server:
        print(f"{server.load(house.points())} points; {RUNS} runs each, milliseconds, over HTTP on this machine")
        print(f"{'dashboard':28}{'queries':>8}{'all, median':>12}{'all, worst':>12}{'slowest':>9}  slowest panel")
        for board in grafana.dashboards():
            parts = []
            for panel in grafana.panels(board):
                for target in panel.get("targets", []):
                    first, last = grafana.span(board, panel, house.NOW)
                    query = grafana.interpolate(
                        target["query"], "maison", first, last, grafana.interval(panel, first, last)
                    )
                    parts.append((*took(server, query), panel["title"]))
            slowest = max(parts)
            print(
                f"{board['title']:28}{len(parts):8}{sum(p[0] for p in parts):12.1f}{sum(p[1] for p in parts):12.1f}"
                f"{slowest[0]:9.1f}  {slowest[2]}"
            )
        print("\nRoll-ups over 13 months, one query each:")
        for board in grafana.dashboards():
            for panel in grafana.panels(board):
                if "timeFrom" in panel:  # its range does not follow the one that is chosen
                    continue
                for target in panel.get("targets", []):
                    if '"raw"' in target["query"] or "$timeFilter" not in target["query"]:
                        continue
                    first, last = house.seconds(house.FIRST) * 1000, house.seconds(house.NOW) * 1000
                    query = grafana.interpolate(
                        target["query"], "maison", first, last, grafana.interval(panel, first, last)
                    )
                    median, worst = took(server, query)
                    if median > float(sys.argv[1] if len(sys.argv) > 1 else 10):
                        print(f"{median:7.1f} (worst {worst:.1f})  {board['title']}: {panel['title']}")
        print("(those not listed took less than 10 ms)" if len(sys.argv) < 2 else "")


if __name__ == "__main__":
    main()
