"""A phone of the page as a person holds it: their deeds are touches and typed lines, and every reply is waited for."""

import re
from pathlib import Path

from playwright.sync_api import FrameLocator, Locator, Page, expect

READ_MS = 60_000


class Phone:
    """The visitor with this number on the page. Replies are heard one after the other, so that one which comes twice,
    or not at all, is noticed."""

    def __init__(self, page: Page, number: int = 1) -> None:
        self.page = page
        self.number = number
        self._heard = 0
        self.section = page.locator(f"#phone-{number}")
        self._replies = page.locator(f"#log-{number} .row.account")
        self._own = page.locator(f"#log-{number} .row.visitor .bubble")
        self.notes = page.locator(f"#log-{number} .row.platform .note")

    @property
    def openid(self) -> str:
        return self.section.get_attribute("data-openid") or ""

    @property
    def follow_button(self) -> Locator:
        return self.page.locator(f"#follow-{self.number}")

    @property
    def send_button(self) -> Locator:
        return self.page.locator(f"#send-{self.number}")

    def button_of(self, code: str) -> Locator:
        """The poster with this label."""
        return self.page.locator(f"#scan-{self.number} .poster", has_text=code)

    def link(self, word: str) -> Locator:
        """A link of the newest reply to answer with."""
        return self._replies.last.locator("button.link", has_text=re.compile(f"^{re.escape(word)}$"))

    def scans(self, code: str) -> None:
        self.is_idle()
        self.page.tap(f"#scan-{self.number} > summary")
        self.button_of(code).tap()

    def scans_picture(self, picture: Path) -> None:
        """What is in a photo, such as one of a poster."""
        self.is_idle()
        self.page.tap(f"#scan-{self.number} > summary")
        self.page.set_input_files(f"#scan-file-{self.number}", picture)

    def sends_card(self, whose: str) -> None:
        """A photo of one of the made-up cards that lie ready."""
        self.is_idle()
        self.opens_photos()
        self.chooses_card(whose)

    def chooses_card(self, whose: str) -> None:
        """Of the photos that are shown."""
        self.section.locator(".shelf-card", has=self.page.get_by_alt_text(whose)).tap()

    def sends_picture(self, picture: Path) -> None:
        """A photo from a file."""
        self.is_idle()
        self.opens_photos()
        self.page.set_input_files(f"#photo-file-{self.number}", picture)

    def opens_photos(self) -> None:
        """The sheet to choose a photo from."""
        if self.section.get_attribute("data-bar") == "menu":
            self.page.tap(f"#to-text-{self.number}")
        self.page.tap(f"#photos-{self.number} > summary")

    def follows(self) -> None:
        self.is_idle()
        self.follow_button.tap()

    def unfollows(self) -> None:
        self.is_idle()
        self.page.tap(f"#more-{self.number} > summary")
        self.page.tap(f"#unfollow-{self.number}")
        expect(self.page.locator(f"#follow-{self.number}")).to_be_visible()

    def takes_back(self) -> None:
        """What was allowed to the account in WeChat."""
        self.is_idle()
        self.page.tap(f"#more-{self.number} > summary")
        self.page.tap(f"#revoke-{self.number}")

    def types(self, text: str) -> None:
        """Puts a line into the box and does not send it yet."""
        self.is_idle()
        if self.section.get_attribute("data-bar") == "menu":
            self.page.tap(f"#to-text-{self.number}")
        self.page.fill(f"#say-{self.number}", text)

    def says(self, text: str) -> None:
        self.types(text)
        self.send_button.tap()

    def taps(self, word: str) -> None:
        self.is_idle()
        self.link(word).tap()

    def opens(self, words: str) -> None:
        """The newest web link with these words."""
        self.is_idle()
        self._replies.get_by_role("link", name=words).last.tap()

    @property
    def page_within(self) -> FrameLocator:
        """What the in-app browser over the chat shows."""
        return self.section.frame_locator(".browser iframe")

    def closes_the_page_within(self) -> None:
        self.section.locator("[data-leaves]").tap()
        expect(self.section.locator(".browser")).to_have_count(0)

    def presses(self, group: str, word: str) -> None:
        """A button of the account's menu."""
        self.is_idle()
        if self.section.get_attribute("data-bar") == "text":
            self.page.tap(f"#to-menu-{self.number}")
        self.page.locator(f"#controls-{self.number} .entry > summary").get_by_text(group, exact=True).tap()
        self.page.locator(f"#controls-{self.number} .entry[open]").get_by_role("button", name=word, exact=True).tap()

    def is_asked_what_there_is(self, code: str) -> None:
        """Up to the first question after the consent."""
        self.scans(code)
        self.follows()
        self.hears("进厅登记", "同意")
        self.taps("同意")
        self.hears("请发您的姓名")

    def checks_in(self, code: str, line: str) -> None:
        """A whole first check-in with the shortest answers."""
        self.is_asked_what_there_is(code)
        self.says(line)
        self.hears("请核对")
        self.taps("确认")
        self.hears("登记好了")

    def hears(self, *words: str) -> None:
        """The next reply, with all of these in it."""
        reply = self._replies.nth(self._heard)
        for part in words:
            expect(reply).to_contain_text(part)
        self._heard += 1

    def hears_of_the_photo(self, *words: str) -> None:
        """What was read, in the reply or after it: that the reader is ready in time nobody promises."""
        self.is_idle()
        reply = self._replies.nth(self._heard)
        expect(reply).to_be_visible(timeout=READ_MS)
        if "识别中" in reply.inner_text():
            self._heard += 1
            expect(self._replies.nth(self._heard)).to_be_visible(timeout=READ_MS)
        self.hears(*words)

    def heard(self, pattern: str) -> str:
        """What this finds in the reply that was listened to last."""
        found = re.search(pattern, self._replies.nth(self._heard - 1).inner_text())
        assert found is not None
        return found[1]

    def has_heard_all(self) -> None:
        """No reply is left that was not listened to, and the platform had no failure to tell of."""
        self.is_idle()
        expect(self._replies).to_have_count(self._heard)
        expect(self.section.locator(".failure")).to_have_count(0)

    def has_said(self) -> list[str]:
        """The visitor's own messages, as they stand in the chat."""
        return [text.replace("我：", "", 1).strip() for text in self._own.all_inner_texts()]

    def begins_anew(self) -> None:
        """The chat was lost: what comes next is the first reply in it."""
        self._heard = 0

    def is_idle(self) -> None:
        """The page takes one deed at a time: the one before is through."""
        expect(self.section).not_to_have_attribute("data-busy", "yes")
