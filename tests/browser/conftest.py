"""A running dashboard and a real browser to look at it."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.chromium import SWITCHES, installed
from tests.browser.server import Server

# Between two runs of the script nothing runs for a moment, so the page's last line must be there and nothing be stale;
# and what needs a chart waits as a skeleton, long after the script has ended, until the charts' code has been fetched.
DRAWN = """document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'
    && document.querySelector('.st-key-foot') !== null
    && document.querySelector('[data-testid=stMain] [data-stale=true]') === null
    && document.querySelector('[data-testid=stMain] [data-testid=stSkeleton]') === null"""
# Streamlit asks for its own health below a deep link's path before it asks at the root; nobody is harmed.
OWN_PROBES = re.compile(r"/_stcore/(health|host-config)$")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@dataclass
class Visit:
    """A page opened in a browser, and everything it complained about or asked of others."""

    page: Page
    base: str
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def watch(self) -> "Visit":
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self._asked(request.url))
        self.page.on("response", lambda answer: self._answered(answer.status, answer.url))
        self.page.on("console", lambda said: self._said(said.type, said.text))
        return self

    def _asked(self, url: str) -> None:
        if not url.startswith((self.base, self.base.replace("http", "ws"), "data:", "blob:")):
            self.outside.append(url)

    def _answered(self, status: int, url: str) -> None:
        if status >= 400 and not OWN_PROBES.search(url):
            self.errors.append(f"{status} {url}")

    def _said(self, kind: str, text: str) -> None:
        if kind == "error" and "404 (Not Found)" not in text:  # these are counted by their address above
            self.errors.append(text)

    def go(self, path: str) -> "Visit":
        self.page.goto(f"{self.base}/{path}")
        return self.settle()

    def settle(self) -> "Visit":
        """Wait until the page stands still: a title and the last line are there and no script runs."""
        self.page.wait_for_selector("[data-testid=stMainBlockContainer] h1", timeout=60_000)
        still = 0
        while still < 4:
            self.page.wait_for_function(DRAWN, timeout=60_000)
            self.page.wait_for_timeout(120)
            still = still + 1 if self.page.evaluate(DRAWN) else 0
        return self

    @property
    def title(self) -> str:
        return self.page.locator("[data-testid=stMainBlockContainer] h1").inner_text()

    def cards(self) -> dict[str, str]:
        """Label → value of every card."""
        found = {}
        for card in self.page.locator("[data-testid=stMetric]").all():
            label = card.locator("[data-testid=stMetricLabel] p").first.inner_text()
            found[label] = card.locator("[data-testid=stMetricValue]").inner_text()
        return found

    def check(self) -> None:
        """No exception, no complaint, no request that leaves the machine, no sideways scrolling."""
        assert self.page.locator("[data-testid=stException]").count() == 0
        assert self.errors == []
        assert self.outside == []
        wide, shown = self.page.evaluate(
            "(() => { const main = document.querySelector('[data-testid=stMain]');"
            " return [Math.max(main.scrollWidth, document.documentElement.scrollWidth - innerWidth + main.clientWidth),"
            " main.clientWidth] })()"
        )
        assert wide <= shown


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = installed()
    if path is None and not os.environ.get("CI"):
        pytest.skip("no Chromium, Chrome or Edge is installed: python -m tests.browser.install")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(SWITCHES))
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def server(sample_data: Path) -> Iterator[Server]:
    """A dashboard over the sample sites."""
    started = Server(sample_data).start()
    yield started
    started.stop()


class Visitor:
    """Opens pages for one reader after another, each in a fresh browser profile."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.contexts: list[BrowserContext] = []

    def __call__(
        self, server: Server, path: str, width: int = 1440, scheme: str = "light", locale: str = "en-US"
    ) -> Visit:
        context = self.browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, locale=locale  # type: ignore[arg-type]
        )  # fmt: skip
        self.contexts.append(context)
        return Visit(context.new_page(), f"http://localhost:{server.port}").watch().go(path)

    def close(self) -> None:
        for context in self.contexts:
            context.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visitor]:
    visitor = Visitor(browser)
    yield visitor
    visitor.close()
