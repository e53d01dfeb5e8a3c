"""An owner connects Zendesk Support and Zendesk Chat, and makes the mistakes that owners make."""

import re

from playwright.sync_api import expect

CLIENT, SECRET = "simulator-client", "simulator-secret"
CHAT_CLIENT, CHAT_SECRET = "simulator-chat-client", "simulator-chat-secret"

STREAMS = ["tickets", "users", "organizations", "groups", "ticket_metrics"]


def play(visitor, simulator):
    with visitor.page("setup") as page:
        page.goto("/")
        expect(page.get_by_role("heading", name="No connection yet")).to_be_visible()
        visitor.look(page, "setup-1-nothing-yet")
        page.get_by_role("main").get_by_role("link", name="Set up a connection").click()
        visitor.look(page, "setup-2-choose")
        page.get_by_role("link", name="Set up Zendesk Support", exact=True).click()
        _pasted_address(visitor, page)
        _wrong_secret(visitor, page)
        # All but the secret is still there.
        _connect(visitor, page, "setup-5")
        _chat(visitor, page)
    _phone(visitor)


def connect(visitor):
    """Connects Support, and waits until all is loaded."""
    with visitor.page("connect") as page:
        page.goto("/setup/zendesk-support")
        page.get_by_label("Site prefix", exact=True).fill("acme")
        page.get_by_label("Name", exact=True).fill("Stitch Zendesk")
        _only(page, STREAMS)
        _connect(visitor, page, "connect")


def _pasted_address(visitor, page):
    prefix = page.get_by_label("Site prefix", exact=True)
    prefix.fill("https://acme.zendesk.com/agent")
    preview = page.locator("#preview")
    expect(preview).to_contain_text("only the prefix belongs here: acme")
    visitor.look(page, "setup-3-pasted-address")
    prefix.fill("acme")
    expect(preview).to_contain_text("acme.zendesk.com")
    page.get_by_label("Name", exact=True).fill("Stitch Zendesk")
    expect(preview).to_contain_text("stitch_zendesk")
    # The schedule shows its next five starts.
    page.get_by_label("By a cron expression").check()
    page.get_by_label("Cron expression", exact=True).fill("0 0 3 * * ?")
    expect(preview.locator("li")).to_have_count(5)
    page.get_by_role("radio", name="So often", exact=True).check()
    expect(preview).to_contain_text("every 30 minutes")
    _only(page, STREAMS)


def _only(page, names):
    """Chooses these streams among the usual ones."""
    chosen = page.locator("input[name=stream]:checked").evaluate_all("boxes => boxes.map(box => box.value)")
    for name in set(chosen) - set(names):
        page.locator(f"input[name=stream][value={name}]").uncheck()


def _wrong_secret(visitor, page):
    _credentials(page, CLIENT, "not-the-secret")
    page.get_by_role("button", name="Check and connect").click()
    expect(page.get_by_text("Not yet.")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("What to do:")
    if "not-the-secret" in page.content():
        visitor.note("setup", page, "a secret is shown")
    visitor.look(page, "setup-4-refused")


def _credentials(page, client, secret, way="OAuth client"):
    card = page.locator("fieldset .card").filter(has=page.get_by_role("radio", name=way))
    card.get_by_role("radio", name=way).check()
    card.get_by_label("Client identifier").fill(client)
    card.get_by_label("Client secret").fill(secret)


def _connect(visitor, page, name):
    _credentials(page, CLIENT, SECRET)
    page.get_by_role("button", name="Check and connect").click()
    expect(page.get_by_text("Success!")).to_be_visible()
    visitor.look(page, f"{name}-success")
    page.goto("/c/acme/support")
    # Live: nobody reloads the page.
    expect(page.locator("#summary")).to_contain_text("Succeeded")
    expect(page.locator("#badge")).to_contain_text("Caught up")
    expect(_figure(page, "Last load")).not_to_have_text("None yet")
    expect(_figure(page, "Rows to be loaded")).to_have_text("0")
    visitor.look(page, f"{name}-caught-up")


def _figure(page, title):
    card = page.locator("section.card").filter(has=page.get_by_role("heading", name=title, exact=True))
    return card.locator(".figure")


def _chat(visitor, page):
    page.goto("/setup")
    page.get_by_role("link", name="Set up Zendesk Chat").click()
    page.get_by_label("Site prefix", exact=True).fill("acme")
    _credentials(page, CHAT_CLIENT, CHAT_SECRET, way="OAuth sign-in")
    visitor.look(page, "setup-7-chat")
    page.get_by_role("button", name="Check and connect").click()
    # To Zendesk, where the admin says yes, and back.
    page.wait_for_url(f"{visitor.address}/**")
    expect(page.get_by_text("Success!")).to_be_visible()
    # The sign-in's answer does not stay in the address.
    expect(page).not_to_have_url(re.compile("code="))
    visitor.look(page, "setup-8-chat-success")
    page.goto("/")
    expect(page.get_by_role("main").get_by_role("row")).to_have_count(3)
    expect(page.get_by_role("main").get_by_text("Caught up")).to_have_count(3)
    visitor.look(page, "setup-9-both")


def _phone(visitor):
    with visitor.page("setup-phone", width=360, dark=True) as page:
        page.goto("/setup")
        visitor.look(page, "setup-phone-1-choose")
        page.get_by_role("link", name="Set up Zendesk Support", exact=True).click()
        visitor.look(page, "setup-phone-2-form")
