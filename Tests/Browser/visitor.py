"""A person in front of Chromium: opens the console's pages, and notes whatever a page does that it should not."""

import json
import os
import re
import urllib.request
from contextlib import contextmanager
from importlib.util import find_spec

from playwright.sync_api import expect, sync_playwright

# What waits for a page to change may wait for the extractor, the loader, and a live update.
PATIENCE_MS = 45_000
CHROMIUM = os.environ.get("DESKPIPE_TEST_CHROMIUM", "/usr/bin/chromium")
AXE = os.path.join(os.path.dirname(find_spec("axe_playwright_python").origin), "axe.min.js")
# Rules of axe-core, by their tags, that the pages keep.
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

expect.set_options(timeout=PATIENCE_MS)


class Visitor:
    """One browser, a console's address and a directory for screenshots."""

    def __init__(self, browser, address, screenshots):
        self.browser = browser
        self.address = address.rstrip("/")
        self.screenshots = screenshots
        self.problems = []

    @contextmanager
    def page(self, name, *, width=1280, dark=False, scripts=True):
        """A page in a window of its own; `name` stands in what is noted and in the screenshots' names."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            base_url=self.address,
            locale="en-GB",
            timezone_id="America/New_York",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("console", lambda message: self._heard(name, page, message))
        page.on("pageerror", lambda error: self.note(name, page, f"a script failed: {error}"))
        page.on("requestfailed", lambda request: self._failed(name, page, request))
        page.on("request", lambda request: self._asked(name, page, request))
        try:
            yield page
        except Exception:
            self.shoot(page, f"{name}-failed")
            raise
        finally:
            context.close()

    def note(self, name, page, problem):
        self.problems.append(f"{name} {page.url.removeprefix(self.address)}: {problem}")

    def shoot(self, page, name):
        """Keeps the whole page as a picture."""
        page.screenshot(path=os.path.join(self.screenshots, f"{name}.png"), full_page=True)

    def look(self, page, name):
        """Looks a page over: nothing sticks out sideways, axe-core finds nothing; and keeps a picture of it."""
        self.shoot(page, name)
        self.fits(page, name)
        self.is_accessible(page, name)

    def fits(self, page, name):
        sizes = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        if sizes[0] > sizes[1]:
            self.note(name, page, f"the page is {sizes[0]} px wide in a window of {sizes[1]} px: {self._widest(page)}")

    def is_accessible(self, page, name):
        # Evaluated by the browser's tools, which a content security policy does not hold back.
        if not page.evaluate("typeof axe === 'object'"):
            with open(AXE) as script:
                page.evaluate(script.read())
        found = page.evaluate("rules => axe.run(document, { runOnly: rules })", AXE_RULES)
        for violation in found["violations"]:
            for node in violation["nodes"]:
                why = re.sub(r"\s+", " ", node["failureSummary"])
                self.note(name, page, f"axe {violation['id']} at {node['target'][0]}: {why}")

    def _widest(self, page):
        return page.evaluate(
            """() => [...document.querySelectorAll("body *")]
                .filter(part => part.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
                .slice(0, 3).map(part => part.tagName + "." + part.className).join(", ")"""
        )

    def _heard(self, name, page, message):
        # A form that is sent back with what is wrong in it is told as 422.
        if message.type in ("error", "warning") and "status of 422" not in message.text:
            self.note(name, page, f"the browser's console says: {message.text}")

    def _failed(self, name, page, request):
        # Leaving a page ends its live updates; nothing else may fail.
        if "/events" not in request.url and "/follow" not in request.url and "ERR_ABORTED" not in (request.failure or ""):
            self.note(name, page, f"{request.url} failed: {request.failure}")

    def _asked(self, name, page, request):
        if not request.url.startswith((self.address, "data:", "http://127.0.0.1:")):
            self.note(name, page, f"another host is asked: {request.url}")


@contextmanager
def visiting(address, screenshots):
    """A visitor with a headless Chromium of this machine."""
    os.makedirs(screenshots, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            # A test machine is a container, often without the rights that the sandbox needs.
            args=["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb"],
        )
        try:
            yield Visitor(browser, address, screenshots)
        finally:
            browser.close()


class Simulator:
    """The simulated Zendesk account, told what to do."""

    def __init__(self, address):
        self.address = address

    def spoil(self, path, effect, **more):
        """Has requests whose path begins so answered otherwise."""
        self._call("POST", "fault", {"path": path, "effect": effect, **more})

    def mend(self):
        self._call("DELETE", "fault")

    def _call(self, method, name, body=None):
        request = urllib.request.Request(
            f"{self.address}/_simulator/{name}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=20):
            pass
