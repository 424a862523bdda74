"""What the page shows: the figures of the database, in each browser, language and size."""
import json
import re
import time

from browsers import Chromium
from claims import BROWSERS, LIVES, figure, test
from house import House, eventually
from linky import ChangingLinky


@test("the figures of the page are those of InfluxQL")
def figures(house):
    for kind in BROWSERS:
        with kind() as browser:
            browser.open(house.url + "/")
            browser.until("the stream is there", LIVES)
            midnight = house.now()["today"]["start"]
            # The page and the query may lie on both sides of a quarter of an hour.
            for _ in range(3):
                shown = {name: browser.text(f"today-{name}") for name in ("import", "export", "sun", "house")}
                row = house.query(f"SELECT * FROM \"day\".\"energy\" WHERE time = {midnight}s")[0]
                stored = {"import": row["import_wh"], "export": row["export_wh"], "sun": row["production_wh"],
                          "house": row["consumption_wh"]}
                if all(abs(figure(shown[name]) - stored[name]) <= max(51, 5.1) for name in shown):
                    break
                time.sleep(3)
            else:
                raise AssertionError(f"{shown} is not {stored}")
            cost = row["eur_import"] + row["eur_subscription"] - row["eur_export"]
            assert abs(figure(browser.text("today-eur")) - cost) < 0.0051, (browser.text("today-eur"), cost)
            # Now: the mean of the last slots of ten seconds, between which the house does what it likes.
            assert figure(browser.text("sun")) >= 0
            assert not browser.complaints(), browser.complaints()
            browser.open(house.url + "/energie?vue=mois")
            total = house.query("SELECT import_wh FROM \"day\".\"energy_month\" ORDER BY time DESC LIMIT 1")[0]
            text = browser.evaluate("document.querySelector('.compared .drawn td').textContent")
            assert abs(figure(text) - total["import_wh"]) <= 51, (text, total)
            assert not browser.complaints(), browser.complaints()


@test("a reading is on the page within two seconds")
def live(other):
    # A meter whose voltage is another one every five seconds: what the page shows has its time.
    with House(other.program, linky=ChangingLinky) as house:
        eventually("the voltage is known", lambda: house.now().get("phases"), 30)
        for kind in BROWSERS:
            with kind() as browser:
                browser.open(house.url + "/")
                browser.until("the stream is there", LIVES)
                browser.evaluate("""(window.seen = [], new MutationObserver(() => seen.push(
                    [Date.now() / 1000, parseInt(document.querySelector('[data-t=volts]').textContent)]
                )).observe(document.querySelector('[data-t=volts]'), {childList: true, characterData: true, subtree: true}), 1)""")
                browser.until("the voltage changed four times", "seen.length >= 4", 60)
                for shown, volts in browser.evaluate("seen"):
                    told = house.linky.first_told(volts, shown)
                    assert told, f"{kind.__name__}: {volts} V were never told"
                    assert shown - told <= 2, f"{kind.__name__}: {volts} V after {shown - told:.1f} s"


@test("every page opens in both browsers, light and dark, in both languages, without a complaint")
def all_pages(house):
    for kind in BROWSERS:
        for dark, language in ((False, "fr-FR"), (True, "en-GB")):
            with kind(dark=dark, language=language) as browser:
                for path in ("/", "/energie?vue=jour", "/energie?vue=mois", "/energie?vue=annee", "/courbe?h=1",
                             "/courbe?h=24", "/evenements", "/sante", "/aide", "/?mur=1"):
                    browser.open(house.url + path)
                    assert browser.evaluate("document.querySelectorAll('h1').length") == 1, path
                    assert browser.evaluate("document.documentElement.lang") == language[:2], path
                    assert not browser.complaints(), (path, browser.complaints())
                    assert not browser.evaluate("document.querySelectorAll('[style], script:not([src])').length"), path
                    wide = browser.evaluate("document.documentElement.scrollWidth - innerWidth")
                    assert wide <= 0, f"{path} is {wide} pixels too wide"


@test("a day's energies lead to the curve of that day, under its date")
def curve_of_the_day(house):
    date = "document.querySelector('h2.mover').textContent.replace(/[‹›]/g, '').trim()"
    for kind in BROWSERS:
        with kind() as browser:
            browser.open(house.url + "/energie?vue=jour")
            day = browser.evaluate(date)
            link = browser.evaluate("document.querySelector('a[href^=\"/courbe\"]').getAttribute('href')")
            browser.open(house.url + link)
            assert browser.evaluate(date) == day, (browser.evaluate(date), day)
            first = browser.evaluate("document.querySelector('.chart .labels span').textContent")
            assert re.match(r"0\D|0$|00:00", first), first


@test("a phone of 320 pixels needs no scrolling to the side")
def narrow(house):
    for width in (320, 360, 390):
        with Chromium(width=width, height=640) as browser:
            for path in ("/", "/energie", "/energie?vue=jour", "/evenements", "/sante", "/aide", "/courbe",
                         "/courbe?h=24"):
                browser.open(house.url + path)
                wide = browser.evaluate("document.documentElement.scrollWidth - innerWidth")
                assert wide <= 0, f"{path} is {wide} pixels too wide at {width}"
                # Within its card, too: nothing runs over the edge beside it.
                beyond = browser.evaluate("""[...document.querySelectorAll('.card')].flatMap(card => {
                    const edge = card.getBoundingClientRect().right - parseFloat(getComputedStyle(card).paddingRight);
                    return [...card.querySelectorAll('td, th, p, h2, ul, svg')].filter(one => !one.closest('.wide, .chart')
                        && one.getBoundingClientRect().right > edge + 1).map(one => one.textContent);
                })""")
                assert not beyond, f"{path} at {width}: {beyond}"


@test("without script the page has its figures")
def plain(house):
    text = house.get("/")[2].decode()
    state = house.now()
    assert re.search(r'data-t="sun">[\d,\u202f\xa0]+k?W<', text), text[:3000]
    assert 'data-t="today-import">' in text and "Tout va bien" in text
    assert re.search(r'<path class="house" data-d="house" d="M\d+ \d+', text), "no curve"
    assert state["mode"] == "standard"


@test("the read API: the state, and the days as JSON and for a spreadsheet")
def api(house):
    state = house.now()
    assert {"time", "grid", "meters", "price", "today"} <= set(state), state
    days = json.loads(house.get("/api/days")[2])
    rows = house.query("SELECT * FROM \"day\".\"energy\" ORDER BY time DESC LIMIT 2")
    assert abs(days[-2]["import_wh"] - rows[1]["import_wh"]) < 1e-6, (days[-2], rows[1])
    status, headers, body = house.get("/api/days?format=csv", {"Accept-Language": "fr"})
    assert status == 200 and body.startswith(b"\xef\xbb\xbfdate;"), body[:40]
    assert "attachment" in headers["Content-Disposition"]
    packed = house.get("/", {"Accept-Encoding": "gzip"})
    assert packed[1]["Content-Encoding"] == "gzip" and packed[2][:2] == b"\x1f\x8b"
