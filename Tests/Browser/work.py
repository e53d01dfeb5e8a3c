"""A day with one connection: a run that goes on, stop, pause, an error that comes and is mended, its log."""

import re

import setup
from playwright.sync_api import expect

EXPORT = "/api/v2/incremental"


def play(visitor, simulator):
    setup.connect(visitor)
    with visitor.page("work") as page:
        page.goto("/c/acme/support")
        expect(page.locator("#badge")).to_contain_text("Caught up")
        _progress(visitor, simulator, page)
        _pause(visitor, page)
        _error(visitor, simulator, page)
        _log(visitor, page)


def _press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def _progress(visitor, simulator, page):
    # Every export answers late, so that the run can be watched.
    simulator.spoil(EXPORT, "delay", milliseconds=120_000, count=20)
    _press(page, "Run now")
    expect(page.get_by_role("region", name="The run in progress")).to_be_visible()
    expect(page.locator("#badge")).to_contain_text("Running")
    visitor.look(page, "work-1-running")
    _press(page, "Stop the run")
    expect(page.get_by_role("region", name="The run in progress")).to_have_count(0)
    expect(page.locator("#summary")).to_contain_text("Stopped")
    simulator.mend()
    visitor.look(page, "work-2-stopped")


def _pause(visitor, page):
    _press(page, "Pause")
    expect(page.locator("#badge")).to_contain_text("Paused")
    visitor.look(page, "work-3-paused")
    _press(page, "Resume")
    expect(page.locator("#badge")).not_to_contain_text("Paused")


def _error(visitor, simulator, page):
    simulator.spoil("/api/v2/users", "status", status=403)
    simulator.spoil(EXPORT, "status", status=403)
    _press(page, "Run now")
    expect(page.locator("#badge")).to_contain_text("Failing")
    expect(page.get_by_role("region", name="Alerts")).to_contain_text("What to do:")
    visitor.look(page, "work-4-failing")
    page.goto("/")
    expect(page.locator("#fleet-counts")).to_contain_text(re.compile("1 failing", re.I))
    visitor.look(page, "work-5-fleet-failing")
    page.goto("/alerts")
    expect(page.get_by_role("main")).to_contain_text("What to do:")
    visitor.look(page, "work-6-alerts")
    simulator.mend()
    page.goto("/c/acme/support")
    _press(page, "Run now")
    expect(page.locator("#badge")).to_contain_text("Caught up")
    page.goto("/alerts")
    expect(page.get_by_role("heading", name="Nothing is wrong")).to_be_visible()
    expect(page.get_by_role("heading", name="Resolved", exact=True)).to_be_visible()
    visitor.look(page, "work-7-resolved")


def _log(visitor, page):
    page.goto("/c/acme/support/extractions")
    visitor.look(page, "work-8-extractions")
    page.get_by_role("link", name=re.compile("^Log")).first.click()
    lines = page.locator("ol.log li")
    expect(lines.first).to_be_visible()
    all_lines = lines.count()
    page.get_by_label("Search").fill("tickets")
    page.get_by_role("button", name="Show").click()
    expect(lines).not_to_have_count(all_lines)
    expect(lines.first).to_contain_text("tickets")
    if not 0 < lines.count() < all_lines:
        visitor.note("work", page, f"the search leaves {lines.count()} of {all_lines} lines")
    visitor.look(page, "work-9-log")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download", exact=True).click()
    with open(download.value.path()) as file:
        if "tickets" not in file.read():
            visitor.note("work", page, "the downloaded log has not what was searched")
