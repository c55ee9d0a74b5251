// What opens over a phone: one at a time, closed by Esc, by a tap beside it or by its own button; focus comes back.
import { closeBrowser } from "./browser.js";

const OPENED = "details.sheet[open], details.entry[open], details.asks[open], details.adds[open], details.tools[open]";

function close(details, { returnsFocus }) {
  details.open = false;
  if (returnsFocus) details.querySelector("summary").focus({ preventScroll: true });
}

export function closeSheets(phone) {
  phone.querySelectorAll(OPENED).forEach((details) => close(details, { returnsFocus: false }));
}

/** Opens the sheet that a button of the menu asks for; what is chosen there goes out as that button's. */
export function openSheet(phone, name, button) {
  const details = document.getElementById(`${name}-${phone.dataset.phone}`);
  closeSheets(phone);
  if (name === "photos") phone.dataset.bar = "text";
  details.open = true;
  details.querySelectorAll("input[name=button]").forEach((input) => (input.value = button));
  details.querySelector("summary").focus({ preventScroll: true });
}

function closeOnEscape(event) {
  if (event.key !== "Escape") return;
  const browser = event.target.closest?.(".browser") ?? event.target.closest?.(".phone")?.querySelector(".browser");
  if (browser) {
    closeBrowser(browser);
    return;
  }
  const inner = [...document.querySelectorAll(OPENED)].filter((one) => one.contains(event.target)).at(-1);
  const opened = inner ?? [...document.querySelectorAll(OPENED)].at(-1);
  if (opened) close(opened, { returnsFocus: true });
}

export function listenToSheets() {
  document.addEventListener("keydown", closeOnEscape);
  document.addEventListener("pointerdown", (event) => {
    document.querySelectorAll(OPENED).forEach((one) => one.contains(event.target) || close(one, { returnsFocus: false }));
  });
  document.addEventListener("click", (event) => {
    const details = event.target.closest("[data-closes]")?.closest("details");
    if (details) close(details, { returnsFocus: true });
  });
  // The event does not bubble, hence the capture.
  document.addEventListener(
    "toggle",
    ({ target }) => {
      if (!target.matches(".sheet")) return;
      if (target.open) {
        target.closest(".phone").querySelectorAll(".sheet[open]").forEach((one) => one === target || (one.open = false));
      } else {
        target.querySelectorAll("input[name=button]").forEach((input) => (input.value = ""));
      }
    },
    true,
  );
}
