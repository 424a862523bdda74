"""Clocks and calendars: those of the phone and of the box are two, and either may be set while the page is open."""
import datetime
import re
import signal
import time
import zoneinfo

from claims import BROWSERS, IS_OLD, LIVES, figure, test
from clock import Clock
from house import House, eventually
from linky import ChangingLinky

PARIS = zoneinfo.ZoneInfo("Europe/Paris")
HOUR = 3600

# Notes, whenever something of it changes, what the page says of its age, and the voltage that it shows.
WATCH = """(() => {
    const [root, age, volts] = [document.documentElement, document.getElementById('age-text'),
                                document.querySelector('[data-t=volts]')];
    window.seen = [];
    const watch = new MutationObserver(() => seen.push(
        [performance.now() / 1000, root.className, age.textContent, volts.textContent]));
    watch.observe(root, {attributes: true, attributeFilter: ['class']});
    for (const place of [age, volts]) watch.observe(place, {childList: true, characterData: true, subtree: true});
    return 1;
})()"""


def watched(browser, house):
    browser.open(house.url + "/")
    browser.until("the stream is there", LIVES)
    browser.evaluate(WATCH)


@test("a phone whose clock is set by hours calls nothing old that is fresh, and lives on at once")
def phone_clock(other):
    with House(other.program, linky=ChangingLinky) as house:
        eventually("the voltage is known", lambda: house.now().get("phases"), 30)
        for kind in BROWSERS:
            with Clock() as clock, kind(environment=clock.environment) as browser:
                watched(browser, house)
                for hours in (3, -5, 0):
                    clock.set(hours * HOUR)
                    is_set = f"Math.abs(Date.now() / 1000 - {time.time() + hours * HOUR}) < 600"
                    browser.until("the browser has that time", is_set, 10)
                    browser.evaluate("(seen.length = 0, 1)")
                    browser.until("the reading is another one", "new Set(seen.map(one => one[3])).size > 2", 30)
                    found = browser.evaluate("seen")
                    assert not [one for one in found if "old" in one[1]], (kind.__name__, hours, found)
                    browser.until("it is sure again", LIVES, 10)
                assert not browser.complaints(), browser.complaints()


@test("a phone that stood still calls nothing fresh that waited for it meanwhile, when the box is gone")
def phone_asleep(other):
    with House(other.program, linky=ChangingLinky) as house:
        eventually("the voltage is known", lambda: house.now().get("phases"), 30)
        for kind in BROWSERS:
            with kind() as browser:
                watched(browser, house)
                stopped = browser.evaluate("performance.now() / 1000")
                # Its messages wait in the system while it stands still; then the box falls silent.
                browser.send_signal(signal.SIGSTOP)
                time.sleep(15)
                house.parts["box"].send_signal(signal.SIGSTOP)
                try:
                    time.sleep(40)
                    browser.send_signal(signal.SIGCONT)
                    browser.until("it is old", IS_OLD, 15)
                    found = [one for one in browser.evaluate("seen") if one[0] > stopped + 30]
                    assert found and not [one for one in found if "live" in one[1]], (kind.__name__, found)
                finally:
                    house.parts["box"].send_signal(signal.SIGCONT)
                browser.until("it lives again", LIVES, 60)


@test("a phone that slept for hours asks anew when it is looked at, and meanwhile claims nothing")
def phone_slept(other):
    with House(other.program, linky=ChangingLinky) as house:
        eventually("the voltage is known", lambda: house.now().get("phases"), 30)
        for kind in BROWSERS:
            with Clock() as clock, kind(environment=clock.environment) as browser:
                watched(browser, house)
                house.parts["box"].send_signal(signal.SIGSTOP)
                try:
                    # To a browser that slept with its machine only the time of day has gone on.
                    clock.set(9 * HOUR)
                    browser.until("it claims nothing", f"!({LIVES})", 10)
                    assert browser.evaluate("document.getElementById('age-text').textContent") == "vérification…"
                    browser.until("it is old", IS_OLD, 45)
                    age = browser.evaluate("document.getElementById('age-text').textContent")
                    # Nobody knows how old it is, only of when.
                    assert re.fullmatch(r"données anciennes, vu le \d\d/\d\d à \d\d:\d\d", age), age
                finally:
                    house.parts["box"].send_signal(signal.SIGCONT)
                browser.until("it lives again", LIVES, 60)


@test("the box's clock is set while the page is open: powers go on, fresh, at their right time")
def box_clock(other):
    # Half an hour ahead and two hours behind; later a jump against the time that a server kept, which is doubted.
    for first in (1800, -2 * HOUR):
        with Clock(first) as clock, House(other.program, linky=ChangingLinky, clock=clock) as house:
            opened = [kind() for kind in BROWSERS]
            try:
                eventually("a power is known", lambda: "watts" in house.now().get("grid", {}), 60)
                assert abs(house.now()["time"] - time.time() - first) < 5, "the box does not go by the wrong clock"
                for browser in opened:
                    watched(browser, house)
                for error in (0, 4 * HOUR):
                    clock.set(error, kept=True)
                    for browser in opened:
                        browser.evaluate("(window.seen && (seen.length = 0), 1)")
                    eventually("the box has the right time", lambda: abs(house.now()["time"] - time.time()) < 5, 30)
                    for browser in opened:
                        # It may have loaded itself anew, as the house has today's sums, or has them no more.
                        news = f"((window.seen || {WATCH}), new Set(seen.map(one => one[3])).size > 3)"
                        browser.until("readings go on", news, 60)
                        found = browser.evaluate("seen")
                        assert not [one for one in found if "live" not in one[1]], (first, error, found)
                        agree = """(() => {
                            const power = document.querySelector('[data-t=grid]').textContent;
                            const volts = parseInt(document.querySelector('[data-t=volts]').textContent);
                            const kilowatts = parseFloat(power.replace(',', '.'));
                            return document.querySelector('[data-m=grid-box]').dataset.s === 'new'
                                && Math.abs(kilowatts * 100 - volts) < 0.6;
                        })()"""
                        for _ in range(3):
                            browser.until("the power is that of the voltage beside it", agree, 15)
                            time.sleep(3)
                    meter = house.now()["meters"][0]
                    assert not meter["isLate"] and abs(meter["seen"] - time.time()) < 20, meter
            finally:
                for browser in opened:
                    browser.close()


@test("midnight while the page is open: the day of before is not shown as today's")
def midnight(other):
    today = datetime.datetime.now(PARIS).date()
    tomorrow = datetime.datetime.combine(today + datetime.timedelta(days=1), datetime.time(), PARIS).timestamp()
    with Clock() as clock, House(other.program, days=3, clock=clock, starts=False) as house:
        clock.set(round(tomorrow - 60 - time.time()), kept=True)
        house.start_box()
        state = eventually("the ledger is open", lambda: (now := house.now()).get("today") and now, 40)
        assert state["today"]["start"] < tomorrow and state["today"]["sums"]["import_wh"] > 100, state["today"]
        opened = [kind() for kind in BROWSERS]
        try:
            for browser in opened:
                browser.open(house.url + "/")
                browser.until("the stream is there", LIVES)
                assert figure(browser.text("today-import")) > 100, browser.text("today-import")
            eventually("it is midnight", lambda: house.now()["time"] >= tomorrow + 3, 90)
            state = house.now()
            assert "today" not in state or state["today"]["start"] == tomorrow, state.get("today")
            for browser in opened:
                browser.until("the day is new", """(() => {
                    const text = document.querySelector('[data-t=today-import]').textContent;
                    return text === '\\u2014' || parseFloat(text.replace(',', '.')) < 0.1;
                })()""", 20)
                browser.until("it lives on", LIVES, 20)
                browser.until("the curve has gone on", "[...document.querySelectorAll('#curve .labels span')].pop()"
                              ".textContent === '1\\u00a0h'", 90)
        finally:
            for browser in opened:
                browser.close()


def hours(date):
    """The starts of the hours of a local day, in seconds since 1970."""
    start = datetime.datetime.combine(date, datetime.time(), PARIS).timestamp()
    end = datetime.datetime.combine(date + datetime.timedelta(days=1), datetime.time(), PARIS).timestamp()
    return range(round(start), round(end), HOUR)


@test("the nights in which the clock is changed have 23 and 25 bars, each with its own hour")
def clock_change(house):
    for date, count in ((datetime.date(2026, 3, 29), 23), (datetime.date(2025, 10, 26), 25)):
        starts = hours(date)
        assert len(starts) == count
        house.write("m15", [f"hourly,site=maison,hour={place} import_wh={1000 + place}" + f" {start}"
                            for place, start in enumerate(starts)])
        for kind in BROWSERS:
            with kind() as browser:
                browser.open(f"{house.url}/energie?vue=jour&d={date}")
                assert browser.evaluate("document.querySelectorAll('.chart rect.drawn').length") == count
                labels = browser.evaluate("[...document.querySelectorAll('.bar-labels span')].map(one => one.textContent)")
                assert len(labels) == count, labels
                rows = browser.evaluate("[...document.querySelectorAll('.figures tbody tr')].map(row => "
                                        "[...row.children].map(one => one.textContent.replace(/\\u00a0/g, ' ')))")
                assert len(rows) == count, rows
                assert [row[1] for row in rows] == [f"{(1000 + place) / 1000:.2f} kWh".replace(".", ",")
                                                    for place in range(count)], rows
                twos = [row[0] for row in rows if row[0].startswith("2 h")]
                assert len(twos) == count - 23, twos
                names = browser.evaluate("[...document.querySelectorAll('.chart title')].map(one => one.textContent)")
                assert len(names) == count and names[1].startswith("1\u00a0h – "), names[:4]
                assert not browser.complaints(), browser.complaints()


@test("a month and a year stand beside the same days of the year before, and say when days are missing")
def year_before(house):
    now = datetime.datetime.now(PARIS).date()
    before = datetime.date(now.year - 1, now.month, 1)
    days = [before + datetime.timedelta(days=place) for place in range(now.day)]
    days = [day for day in days if day.month == now.month]

    def write(some):
        house.write("day", [
            f"energy,site=maison import_wh={1000 * day.day},export_wh=0 "
            f"{round(datetime.datetime.combine(day, datetime.time(), PARIS).timestamp())}" for day in some])

    write(days[-1:])
    for kind in BROWSERS:
        with kind() as browser:
            browser.open(house.url + "/energie?vue=mois")
            notes = browser.evaluate("[...document.querySelectorAll('.note')].map(one => one.textContent).join(' ')")
            assert "jusqu'au même jour" in notes, notes
            assert len(days) == 1 or f"Jours connus de {now.year - 1} : 1 sur {len(days)}." in notes, notes
    write(days)
    total = sum(day.day for day in days)
    for kind in BROWSERS:
        with kind() as browser:
            for view in ("mois", "annee"):
                browser.open(f"{house.url}/energie?vue={view}")
                head, cells = browser.evaluate(
                    "[[...document.querySelectorAll('.compared thead th')].map(one => one.textContent),"
                    " [...document.querySelectorAll('.compared tr.drawn td')].map(one => one.textContent)]")
                assert head == [str(now.year), str(now.year - 1)], head
                assert abs(figure(cells[1]) - total * 1000) <= 51, (view, cells, total)
                notes = browser.evaluate("[...document.querySelectorAll('.note')].map(one => one.textContent).join(' ')")
                is_whole = f"connus de {now.year - 1}" not in notes
                assert is_whole == (view == "mois" or now.month == 1), (view, notes)
            assert not browser.complaints(), browser.complaints()
