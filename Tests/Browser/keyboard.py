"""The console without a mouse: what has the focus is seen, and everything can be reached and pressed."""

import re

import setup
from playwright.sync_api import expect

MOST_STEPS = 80


def play(visitor, simulator):
    setup.connect(visitor)
    with visitor.page("keyboard") as page:
        page.goto("/")
        page.keyboard.press("Tab")
        _sees_focus(visitor, page)
        if "Skip to the content" not in _focused(page):
            visitor.note("keyboard", page, "the first stop is not the way to the content")
        page.keyboard.press("Enter")
        _reach(visitor, page, "Stitch Zendesk")
        page.keyboard.press("Enter")
        page.wait_for_url("**/c/acme/support")
        _reach(visitor, page, "Pause")
        page.keyboard.press("Enter")
        expect(page.locator("#badge")).to_contain_text("Paused")
        _reach(visitor, page, "Resume")
        page.keyboard.press("Space")
        expect(page.locator("#badge")).not_to_contain_text("Paused")
        page.goto("/c/acme/support/loads")
        _reach(visitor, page, re.compile("sub-table"))
        page.keyboard.press("Enter")
        if not page.evaluate("document.activeElement.parentElement.open"):
            visitor.note("keyboard", page, "sub-tables do not open by the keyboard")
        page.goto("/setup")
        _reach(visitor, page, "Set up Zendesk Support")
        page.keyboard.press("Enter")
        page.wait_for_url("**/setup/zendesk-support")
        _reach(visitor, page, "Site prefix", by_label=True)
        page.keyboard.type("acme")
        expect(page.locator("#preview")).to_contain_text("acme.zendesk.com")
        # Back too.
        page.keyboard.press("Shift+Tab")
        _sees_focus(visitor, page)
        visitor.look(page, "keyboard")


def _focused(page):
    return page.evaluate("document.activeElement.innerText || ''")


def _label(page):
    return page.evaluate("document.activeElement.labels?.[0]?.innerText || ''")


def _reach(visitor, page, name, by_label=False):
    """Goes on with the tabulator until something has the focus that is called so."""
    passed = []
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        text = (_label(page) if by_label else _focused(page)).strip()
        passed.append(text)
        if name.search(text) if isinstance(name, re.Pattern) else text == name:
            return _sees_focus(visitor, page)
    raise AssertionError(f"{name} cannot be reached by the tabulator; passed {passed}")


def _sees_focus(visitor, page):
    style = page.evaluate(
        """() => { const style = getComputedStyle(document.activeElement);
            return [style.outlineStyle, parseFloat(style.outlineWidth), style.boxShadow]; }"""
    )
    if (style[0] == "none" or style[1] < 1) and style[2] == "none":
        visitor.note("keyboard", page, f"the focus on {_focused(page)!r} cannot be seen")
