// Keeps the page as the server would show it now: asks every two seconds, and changes only what is different.
const PERIOD_MS = 2000;
const LONGEST_PAUSE_MS = 16000;

// What the server sent last for each region: what a person opened or typed since then is no difference.
const sent = new Map();
const unread = new Set();
let version = "";
let pause = PERIOD_MS;
let timer = 0;

export const currentNumber = () => document.querySelector(".phone.current")?.dataset.phone ?? "1";

export function setCurrent(number) {
  document.querySelectorAll(".phone").forEach((phone) => phone.classList.toggle("current", phone.dataset.phone === number));
  toNewest(document.querySelector(".phone.current"));
  unread.delete(number);
  markTabs();
  showTab();
}

export function toNewest(phone) {
  const log = phone.querySelector(".log");
  log.scrollTop = log.scrollHeight;
}

/** Takes over a page that the server rendered just now. */
export function merge(fresh) {
  const openids = (root) => [...root.querySelectorAll(".phone")].map((phone) => phone.dataset.openid).join();
  if (openids(fresh) !== openids(document)) {
    window.location.reload();
    return;
  }
  document.querySelectorAll("[data-region]").forEach((region) => replaceIfDifferent(region, fresh.getElementById(region.id)));
  document.querySelectorAll(".phone").forEach((phone) => {
    const next = fresh.getElementById(phone.id);
    phone.classList.toggle("guest", next.classList.contains("guest"));
    phone.setAttribute("aria-label", next.getAttribute("aria-label"));
    if (!phone.querySelector(".menubar")) phone.dataset.bar = "text";
    else if (!next.querySelector(".typing") || phone.dataset.had === "guest") phone.dataset.bar = "menu";
    phone.dataset.had = next.classList.contains("guest") ? "guest" : "";
    mergeLog(phone, next);
  });
  mergeExchanges(fresh);
  markTabs();
}

function replaceIfDifferent(region, next) {
  if (!next) {
    region.remove();
    return;
  }
  const html = next.outerHTML;
  if (sent.get(region.id) === html) return;
  sent.set(region.id, html);
  const open = [...region.querySelectorAll("details[open][id]")].map((one) => one.id);
  const focused = region.contains(document.activeElement) ? document.activeElement.id : "";
  const draft = region.querySelector("textarea")?.value ?? "";
  const fresh = document.importNode(next, true);
  region.replaceWith(fresh);
  if (fresh.id === "tabs") showTab();
  open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  const box = fresh.querySelector("textarea");
  if (box && draft) box.value = draft;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

// Only new bubbles are added, so that a screen reader reads those alone.
function mergeLog(phone, next) {
  const log = phone.querySelector(".log");
  const numberOf = (row) => Number(row?.dataset.row ?? 0);
  const rows = [...log.querySelectorAll("[data-row]")];
  const coming = [...next.querySelectorAll(".log [data-row]")];
  const last = numberOf(rows.at(-1));
  const { chat } = next.querySelector(".log").dataset;
  // Another chat counts its bubbles anew: what is shown is none of it.
  if (rows.length === 0 || numberOf(coming.at(-1)) < last || log.dataset.chat !== chat) {
    log.dataset.chat = chat;
    if (coming.length === 0 && rows.length === 0) return;
    log.replaceChildren(...next.querySelector(".log").children);
    toNewest(phone);
    return;
  }
  const times = new Map(coming.map((row) => [row.dataset.row, row.querySelector("time").textContent]));
  rows.forEach((row) => {
    const time = times.get(row.dataset.row);
    if (time && row.querySelector("time").textContent !== time) row.querySelector("time").textContent = time;
  });
  const added = coming.filter((row) => numberOf(row) > last);
  if (added.length === 0) return;
  rows.at(-1).removeAttribute("id");
  log.append(...added);
  toNewest(phone);
  if (!phone.classList.contains("current") && added.some((row) => row.classList.contains("account"))) {
    unread.add(phone.dataset.phone);
  }
}

function mergeExchanges(fresh) {
  const list = document.querySelector("[data-exchanges]");
  if (!list) return;
  const newest = Number(list.querySelector("[data-row]")?.dataset.row ?? 0);
  const coming = [...fresh.querySelectorAll("[data-exchanges] > [data-row]")];
  list.querySelector(".nothing")?.toggleAttribute("hidden", coming.length > 0);
  list.prepend(...coming.filter((row) => Number(row.dataset.row) > newest));
}

function markTabs() {
  document.querySelectorAll("[data-shows]").forEach((tab) => {
    const number = tab.dataset.shows;
    tab.toggleAttribute("aria-current", false);
    if (number === currentNumber()) tab.setAttribute("aria-current", "true");
    tab.classList.toggle("unread", unread.has(number));
  });
}

function showTab() {
  document.querySelector(".tab[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** Asks now, or after so many milliseconds, and then in the usual rhythm. */
export function askSoon(milliseconds = 0) {
  window.clearTimeout(timer);
  timer = window.setTimeout(ask, milliseconds);
}

/** What was shown may be older than what the browser last heard: the next answer is taken whole. */
export function forgetVersion() {
  version = "";
}

async function ask() {
  if (document.hidden) return;
  const path = document.body.dataset.live;
  try {
    const headers = version ? { "If-None-Match": version } : {};
    const answer = await fetch(`${path}?phone=${currentNumber()}`, { headers, cache: "no-store" });
    if (answer.status === 200) {
      version = answer.headers.get("ETag") ?? "";
      merge(new DOMParser().parseFromString(await answer.text(), "text/html"));
    }
    pause = PERIOD_MS;
  } catch {
    pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
  }
  askSoon(pause);
}

export function keepLive() {
  if (!document.body.dataset.live) return;
  document.querySelectorAll("[data-region]").forEach((region) => sent.set(region.id, region.outerHTML));
  document.querySelectorAll(".phone").forEach((phone) => {
    phone.dataset.had = phone.classList.contains("guest") ? "guest" : "";
    toNewest(phone);
  });
  showTab();
  // The address names the newest bubble for browsers without scripts; on a desk it would pull the whole page down.
  if (window.location.hash) {
    window.history.replaceState(null, "", window.location.pathname + window.location.search);
    window.scrollTo(0, 0);
  }
  document.addEventListener("visibilitychange", () => document.hidden || askSoon());
  askSoon(PERIOD_MS);
}
