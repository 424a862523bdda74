"""How the page looks and is used: by keyboard, by ear, on paper, without script, and never with a word to the Internet."""
import pathlib
import subprocess

from browsers import Chromium
from claims import LIVES, test
from house import ROOT

PAGES = ("/", "/energie?vue=jour", "/energie?vue=mois", "/energie?vue=annee", "/courbe?h=1", "/evenements", "/sante", "/aide",
         "/?mur=1")


@test("no request leaves the house, and none is for anything that the first screen does not need")
def requests(house):
    with Chromium() as browser:
        for path in PAGES:
            browser.open(house.url + path)
            browser.listen(0.5)
            asked = [event["params"]["request"]["url"] for event in browser.events
                     if event["method"] == "Network.requestWillBeSent"]
            assert asked and all(url.startswith(house.url + "/") for url in asked), asked
            assert path != "/" or len([url for url in asked if "/icon-" not in url]) <= 4, asked


@test("all of it can be reached by the keyboard and has a name for a screen reader; nothing moves by itself")
def keyboard(house):
    for width in (360, 1024):
        with Chromium(width=width) as browser:
            browser.call("Accessibility.enable")
            for path in PAGES:
                browser.open(house.url + path)
                nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
                roles = {}
                for node in nodes:
                    if node.get("ignored"):
                        continue
                    role, name = node["role"]["value"], (node.get("name") or {}).get("value", "")
                    roles.setdefault(role, []).append(name)
                for role in ("link", "button", "image", "img", "DisclosureTriangle", "navigation"):
                    assert all(name.strip() for name in roles.get(role, [])), (path, role, roles[role])
                assert len(roles["heading"]) >= 1 and roles.get("main") is not None, (path, list(roles))
                links = browser.evaluate("document.querySelectorAll('a[href], summary').length")
                stops, labels = set(), []
                for _ in range(links + 2):
                    browser.call("Input.dispatchKeyEvent", type="keyDown", key="Tab", code="Tab", windowsVirtualKeyCode=9)
                    browser.call("Input.dispatchKeyEvent", type="keyUp", key="Tab", code="Tab", windowsVirtualKeyCode=9)
                    place = browser.evaluate(
                        "[...document.querySelectorAll('a[href], summary')].indexOf(document.activeElement)")
                    stops.add(place)
                hidden = browser.evaluate("[...document.querySelectorAll('a[href], summary')].map((one, place) =>"
                                          " one.checkVisibility() ? -1 : place)")
                missed = set(range(links)) - stops - set(hidden)
                assert not missed, (path, missed, labels)
                # Fingers: 44 pixels for what leads on.
                small = browser.evaluate(
                    "[...document.querySelectorAll('nav a, .choices a, .mover a, summary')].filter(one =>"
                    " one.checkVisibility() && one.getBoundingClientRect().height < 44).map(one => one.outerHTML)")
                assert not small, (path, small)
                assert browser.evaluate("document.getAnimations().length") == 0, path


@test("on paper there are the figures, dark on white, without menus, also from a dark screen")
def paper(house):
    for dark in (False, True):
        with Chromium(width=800, height=1100, dark=dark) as browser:
            for path in ("/", "/energie?vue=mois", "/energie?vue=annee", "/evenements"):
                browser.open(house.url + path)
                # What a browser does by itself when it prints: it asks for light.
                browser.call("Emulation.setEmulatedMedia", media="print",
                             features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
                assert browser.evaluate("getComputedStyle(document.querySelector('nav')).display") == "none", path
                colours = browser.evaluate("[getComputedStyle(document.body).color,"
                                           " getComputedStyle(document.querySelector('.card')).backgroundColor]")
                assert brightness(colours[0]) < 80 and brightness(colours[1]) > 240, (path, dark, colours)
                if "energie" in path:
                    height = browser.evaluate("document.querySelector('.figures').getBoundingClientRect().height")
                    assert height > 50, "the table of figures is not printed"
                paper = browser.call("Page.printToPDF", printBackground=False)["data"]
                assert len(paper) > 5000, path


def brightness(colour):
    """The mean of red, green and blue, 0 to 255, of a colour as a style gives it."""
    numbers = [float(one) for one in colour[colour.index("(") + 1:-1].split(",")]
    return sum(numbers[:3]) / 3


@test("without script the page is the same with its figures, and asks anew by itself")
def without_script(house):
    with Chromium(width=360, script=False) as browser:
        browser.open(house.url + "/")
        for name in ("sun", "grid", "house", "today-import"):
            assert "W" in browser.text(name), (name, browser.text(name))
        assert browser.evaluate("document.getElementById('age-text').textContent").startswith("page de "), "no time"
        assert browser.evaluate("document.querySelector('noscript meta[http-equiv=refresh]').content") == "60"
        assert not browser.evaluate(LIVES)


@test("the script runs in browsers of 2017, as they still hang on walls")
def old_browsers(house):
    script = ROOT / "Sources/HousePage/Files/page.js"
    subprocess.run(["acorn", "--ecma2017", "--silent", script], check=True)
    style = pathlib.Path(ROOT / "Sources/HousePage/Files/page.css").read_text()
    for word in ("aspect-ratio", ":has(", "clamp(", "inset:", ";gap:", "{gap:", "color-mix(", "@layer", ":is(", ":where("):
        assert word not in style, word
