"""Every page that is only read: light and dark, wide and on a phone, and without JavaScript."""

import re
import time

import setup
from playwright.sync_api import expect
from visitor import PATIENCE_MS

SUMMARY = "/c/acme/support"
PAGES = {
    "fleet": "/",
    "connection": SUMMARY,
    "extractions": f"{SUMMARY}/extractions",
    "loads": f"{SUMMARY}/loads",
    "table": f"{SUMMARY}/loads/tickets",
    "rejected": f"{SUMMARY}/rejected",
    "schema": f"{SUMMARY}/schema",
    "settings": f"{SUMMARY}/settings",
    "usage": "/usage",
    "alerts": "/alerts",
    "setup": "/setup",
}
# What a page says, with JavaScript and without.
FACTS = {
    "fleet": ["acme/support", "Caught up"],
    "connection": ["Last extraction", "Rows to be loaded", "tickets"],
    "extractions": ["Succeeded"],
    "loads": ["tickets", "updated_at", "sub-table"],
    "table": ["Success"],
    "schema": ["create table"],
    "usage": ["tickets"],
}


def play(visitor, simulator):
    setup.connect(visitor)
    for mode, options in {
        "light": {},
        "dark": {"dark": True},
        "phone": {"width": 360},
        "phone-dark": {"width": 360, "dark": True},
    }.items():
        with visitor.page(mode, **options) as page:
            for name, path in PAGES.items():
                _open(visitor, page, name, path)
                visitor.look(page, f"{mode}-{name}")
            _log(visitor, page, mode)
    _without_scripts(visitor)
    _sub_tables(visitor)
    _time_zone(visitor)
    _not_found(visitor)


def _open(visitor, page, name, path):
    answer = page.goto(path)
    if answer.status != 200:
        visitor.note(name, page, f"answers {answer.status}")
    main = page.get_by_role("main")
    for fact in FACTS.get(name, []):
        expect(main).to_contain_text(fact)


def _log(visitor, page, mode):
    page.goto(f"{SUMMARY}/extractions")
    page.get_by_role("link", name=re.compile("^Log")).first.click()
    expect(page.locator("ol.log li").first).to_be_visible()
    visitor.look(page, f"{mode}-log")


def _without_scripts(visitor):
    with visitor.page("no-script", scripts=False) as page:
        for name, path in PAGES.items():
            _open(visitor, page, name, path)
            visitor.shoot(page, f"no-script-{name}")
        page.goto(SUMMARY)
        # What people ask for works too.
        page.get_by_role("button", name="Pause", exact=True).click()
        page.goto("/")
        end = time.monotonic() + PATIENCE_MS / 1000
        while page.get_by_role("main").get_by_text("Paused").count() == 0:
            if time.monotonic() > end:
                visitor.note("no-script", page, "a pause that was asked for without scripts is not obeyed")
                break
            page.reload()
        page.goto(SUMMARY)
        page.get_by_role("button", name="Resume", exact=True).click()


def _sub_tables(visitor):
    with visitor.page("sub-tables") as page:
        page.goto(f"{SUMMARY}/loads")
        row = page.get_by_role("row").filter(has=page.get_by_role("link", name="tickets", exact=True))
        details = row.get_by_role("group")
        expect(details.get_by_text("tickets__tags")).to_be_hidden()
        row.locator("summary").click()
        expect(row.get_by_text("tickets__tags")).to_be_visible()
        visitor.look(page, "sub-tables")


def _time_zone(visitor):
    """Times are the viewer's, with UTC on hover."""
    with visitor.page("times") as page:
        page.goto(SUMMARY)
        moment = page.get_by_role("main").locator("time").first
        shown, title, iso = moment.inner_text(), moment.get_attribute("title"), moment.get_attribute("datetime")
        if "UTC" not in title and "Z" not in title:
            visitor.note("times", page, f"the title of a time tells no UTC: {title}")
        expected = page.evaluate(
            "iso => new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(new Date(iso))", iso
        )
        if expected not in shown:
            visitor.note("times", page, f"{iso} is shown as {shown}, in New York it is {expected}")


def _not_found(visitor):
    with visitor.page("not-found") as page:
        # The browser says of each such answer that it failed, which is meant here.
        before = len(visitor.problems)
        for path in ["/nowhere", "/c/acme/nobody", f"{SUMMARY}/loads/nothing"]:
            page.goto(path)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            del visitor.problems[before:]
        visitor.look(page, "not-found")
