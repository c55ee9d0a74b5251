// Sends forms without a reload, each phone by itself.
import { showBrowser } from "./browser.js";
import { askSoon, forgetVersion, merge, setCurrent } from "./live.js";
import { closeSheets, openSheet } from "./sheets.js";

const MOST_BYTES = 10 * 1024 * 1024;
const OWN_BUBBLE_MS = 250;
const SLOW_MS = 700;

const phoneOf = (element) => element.closest(".phone");

export function say(phone, words) {
  const line = phone?.querySelector(".said");
  if (line && line.textContent !== words) line.textContent = words;
}

function bodyOf(form, submitter) {
  const fields = new FormData(form, submitter);
  return form.enctype === "multipart/form-data" ? fields : new URLSearchParams(fields);
}

// What each phone still has to send, in order: nothing that is done while an answer is awaited gets lost.
const lines = new WeakMap();

function send(form, submitter) {
  const phone = phoneOf(form);
  const owner = phone ?? form;
  const line = lines.get(owner) ?? { last: Promise.resolve(), waiting: new Set() };
  lines.set(owner, line);
  // The same button pressed twice before its answer is there was meant once.
  if (line.waiting.has(form)) return;
  line.waiting.add(form);
  owner.dataset.busy = "yes";
  const box = "says" in form.dataset ? phone.querySelector("textarea") : null;
  const body = bodyOf(form, submitter);
  const draft = box?.value ?? "";
  if (box) box.value = "";
  line.last = line.last.then(() => deliver(form, phone, body, box, draft)).finally(() => {
    line.waiting.delete(form);
    if (line.waiting.size === 0) delete owner.dataset.busy;
  });
}

async function deliver(form, phone, body, box, draft) {
  say(phone, "");
  const slow = window.setTimeout(() => say(phone, "正在送达…"), SLOW_MS);
  askSoon(OWN_BUBBLE_MS);
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    if (!answer.ok) throw new Error(String(answer.status));
    window.clearTimeout(slow);
    take(new DOMParser().parseFromString(await answer.text(), "text/html"), phone, form);
  } catch {
    window.clearTimeout(slow);
    if (box && !box.value) box.value = draft;
    say(phone, "没有送出，请再试一次。");
  } finally {
    form.querySelectorAll("input[type=file]").forEach((input) => (input.value = ""));
    forgetVersion();
    askSoon();
  }
}

function take(fresh, phone, form) {
  const browser = fresh.querySelector(".browser");
  const wasInSheet = form.closest(".sheet, .entry") !== null;
  if (browser && phone) {
    const opener = form.closest("details")?.querySelector("summary") ?? form.querySelector("button");
    closeSheets(phone);
    say(phone, "");
    showBrowser(phone, browser, opener);
    return;
  }
  const asked = fresh.querySelector(".phone.current .said")?.textContent ?? "";
  const opener = form.closest("details")?.querySelector("summary");
  merge(fresh);
  say(phone, asked);
  if (phone && wasInSheet && !asked) {
    closeSheets(phone);
    document.getElementById(opener?.closest("details")?.id)?.querySelector("summary")?.focus({ preventScroll: true });
  }
  if (document.activeElement === document.body && phone) {
    (phone.querySelector("textarea:not([hidden])") ?? phone.querySelector("button"))?.focus({ preventScroll: true });
  }
}

async function browse(link) {
  const phone = phoneOf(link);
  const answer = await fetch(link.href);
  const browser = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".browser");
  if (browser) showBrowser(phone, browser, link);
  else window.location.assign(link.href);
}

function submit(event) {
  const form = event.target;
  if ("whole" in form.dataset) return;
  event.preventDefault();
  const phone = phoneOf(form);
  if (form.dataset.bar) {
    phone.dataset.bar = form.dataset.bar;
    const number = phone.dataset.phone;
    document.getElementById(form.dataset.bar === "text" ? `say-${number}` : `to-text-${number}`)?.focus();
  } else if (form.dataset.opens) {
    openSheet(phone, form.dataset.opens, form.querySelector("[name=button]").value);
  } else {
    send(form, event.submitter);
  }
}

function pick(form) {
  const file = form.querySelector("input[type=file]").files[0];
  if (!file) return;
  if (file.size > MOST_BYTES) {
    say(phoneOf(form), "图片太大：最多 10 MB。");
    form.querySelector("input[type=file]").value = "";
    return;
  }
  form.requestSubmit();
}

function drop(event) {
  const form = event.target.closest?.("[data-drops]");
  document.querySelectorAll(".dropping").forEach((one) => one !== form && one.classList.remove("dropping"));
  if (!form) return;
  event.preventDefault();
  form.classList.toggle("dropping", event.type === "dragover");
  if (event.type !== "drop" || event.dataTransfer.files.length === 0) return;
  form.querySelector("input[type=file]").files = event.dataTransfer.files;
  pick(form);
}

export function listenToForms() {
  document.addEventListener("submit", submit);
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-picks] input[type=file]")) pick(event.target.form);
  });
  for (const kind of ["dragover", "dragleave", "drop"]) document.addEventListener(kind, drop);
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest("[data-browses], [data-shows]");
    if (!link) return;
    event.preventDefault();
    if (link.dataset.shows) {
      setCurrent(link.dataset.shows);
      document.getElementById(`phone-${link.dataset.shows}`).scrollIntoView({ block: "nearest", inline: "center" });
      window.history.replaceState(null, "", `?phone=${link.dataset.shows}`);
      askSoon();
    } else {
      browse(link);
    }
  });
  // Enter sends, Shift+Enter begins a new line; not while an input method composes a word.
  document.addEventListener("keydown", (event) => {
    if (!event.target.matches("textarea") || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });
}
