"""A connection of the console's own is changed, and deleted; what will happen is said before."""

import setup
from playwright.sync_api import expect

SETTINGS = "/c/acme/support/settings"


def play(visitor, simulator):
    setup.connect(visitor)
    with visitor.page("settings") as page:
        page.goto(SETTINGS)
        visitor.look(page, "settings-1-form")
        if page.get_by_label("Name", exact=True).count() and page.get_by_label("Name", exact=True).is_editable():
            visitor.note("settings", page, "the name can be changed")
        page.get_by_label("Start date", exact=True).fill("2024-01-01")
        page.get_by_role("button", name="Show what changes").click()
        main = page.get_by_role("main")
        expect(main).to_contain_text("Start date")
        expect(main).to_contain_text("read again from 2024-01-01")
        visitor.look(page, "settings-2-difference")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Saved.")).to_be_visible()
        expect(page.get_by_label("Start date", exact=True)).to_have_value("2024-01-01")
        visitor.look(page, "settings-3-saved")
        if "simulator-secret" in page.content():
            visitor.note("settings", page, "a secret is shown")
        _delete(visitor, page)


def _delete(visitor, page):
    page.get_by_role("checkbox", name="I want this connection to be deleted.").check()
    page.get_by_role("button", name="Delete the connection").click()
    expect(page.get_by_role("heading", name="No connection yet")).to_be_visible()
    visitor.look(page, "settings-4-deleted")
