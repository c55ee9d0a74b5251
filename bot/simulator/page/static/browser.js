// The in-app browser over a phone. All phones share this one real browser, so only one of them can browse at a time.
import { askSoon } from "./live.js";

const openers = new WeakMap();

/** Shows the title of the page in the frame, as it comes and goes. */
export function followFrame(browser) {
  const frame = browser.querySelector("iframe");
  frame?.addEventListener("load", () => {
    try {
      const { title } = frame.contentDocument;
      const { host, pathname } = frame.contentWindow.location;
      if (host) {
        browser.querySelector(".browser-title").textContent = title || host;
        browser.querySelector(".address").textContent = `${host}${pathname} · 演示`;
      }
    } catch {
      // A page of another host keeps its title to itself.
    }
  });
}

export function showBrowser(phone, browser, opener) {
  document.querySelectorAll(".phone .browser").forEach((one) => one.remove());
  const own = document.importNode(browser, true);
  openers.set(own, opener);
  followFrame(own);
  phone.append(own);
  own.querySelector("[data-leaves]").focus();
}

export function closeBrowser(browser) {
  const phone = browser.closest(".phone");
  if (!phone) {
    browser.querySelector("[data-leaves]").click();
    return;
  }
  const opener = openers.get(browser);
  browser.remove();
  (opener?.isConnected ? opener : phone.querySelector("summary")).focus({ preventScroll: true });
  askSoon();
}

document.addEventListener("click", (event) => {
  const browser = event.target.closest("[data-leaves]")?.closest(".phone .browser");
  if (!browser) return;
  event.preventDefault();
  closeBrowser(browser);
});
