"""Debian's Chromium for tests of pages, started once a run; every tab is watched for what nobody should see."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.certificates import HOST, Certificate

CHROMIUM = "/usr/bin/chromium"
# Generous: a loaded machine is slow, and what comes comes at once otherwise.
PATIENCE_MS = 60_000
PHONE = {"width": 375, "height": 667}
DESK = {"width": 1280, "height": 800}

_QUIET = (
    "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run", "--disable-dev-shm-usage",
)  # fmt: skip
# Chromium takes the last list alone, so Playwright's own (server/chromium/chromiumSwitches.ts) comes first. The rest
# are pages of the address bar, which nobody sees here: each new context drew two of them in processes of their own, at
# two thirds of its cost.
_WITHOUT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled",
    "PreconnectToSearch",
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup",
)  # fmt: skip


@dataclass
class Tab:
    """A page of its own context. `complaints`: errors, warnings and refusals of the page's policy, as they came."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    _has_been_offline: bool = False

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def violations(self) -> list[str]:
        """What axe finds wrong with the page as it stands."""
        found = Axe().run(self.page, options={"resultTypes": ["violations"]}).response["violations"]
        return [f"{one['id']}: {node['target']}" for one in found for node in one["nodes"]]

    def forgives(self, words: str) -> None:
        """Drops the complaints with these words, where the test itself gave cause for them."""
        self.complaints = [complaint for complaint in self.complaints if words not in complaint]

    def is_offline(self, offline: bool) -> None:
        """Without a network, or with one again. A page that asks by itself complains of that whenever it asks."""
        self._has_been_offline = True
        self.page.context.set_offline(offline)

    def is_wider_than_the_screen(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))

    def _heard(self, message: ConsoleMessage) -> None:
        if self._has_been_offline and "ERR_INTERNET_DISCONNECTED" in message.text:
            return
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)


@pytest.fixture(scope="session")
def chromium(certificate: Certificate) -> Iterator[Browser]:
    """The browser of this run, which trusts its certificate and finds its host on this machine."""
    known = (
        f"--ignore-certificate-errors-spki-list={certificate.pin}",
        f"--host-resolver-rules=MAP {HOST} 127.0.0.1",
    )
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*_QUIET, f"--disable-features={','.join(_WITHOUT)}", *known]
        )
        yield browser
        browser.close()


@pytest.fixture
def open_tab(chromium: Browser) -> Iterator[Callable[..., Tab]]:
    """Opens a tab in a fresh context: PHONE with touch unless told otherwise. The test fails in the end if a page
    complained."""
    tabs: list[Tab] = []

    def open_one(viewport: dict[str, int] = PHONE, **more: Any) -> Tab:
        context = chromium.new_context(
            viewport=viewport, has_touch=viewport is PHONE, reduced_motion="reduce", locale="zh-CN", **more
        )
        context.set_default_timeout(PATIENCE_MS)
        tabs.append(Tab(context.new_page()))
        return tabs[-1]

    yield open_one
    for tab in tabs:
        tab.page.context.close()
    assert [complaint for tab in tabs for complaint in tab.complaints] == []
