// A page, such as the board, that stays true while it is open: it asks for its moving part again and again, and says when it has lost the
// service, so that no old number is taken for one of now. Without this script the page asks for itself anew.
"use strict";
const shown = document.querySelector("[data-polls]");
const time = document.querySelector("[data-time]");
const lost = document.querySelector("[data-lost]");
const since = document.querySelector("[data-since]");
const each = Number(shown.dataset.each) * 1000;
let tag = `"${shown.dataset.tag}"`;
let waits = 0;

function whereTo(one) {
  return one.href || one.form?.action || "";
}

function replace(html) {
  // Whoever stands on a link or a button goes on standing on it.
  const inFocus = shown.contains(document.activeElement) ? document.activeElement : null;
  const where = inFocus && whereTo(inFocus);
  const open = [...shown.querySelectorAll("details[open]")].map((one) => one.dataset.keep);
  shown.innerHTML = html;
  for (const name of open) {
    shown.querySelector(`details[data-keep="${name}"]`)?.setAttribute("open", "");
  }
  if (where) {
    [...shown.querySelectorAll("a, button")].find((one) => whereTo(one) === where)?.focus({ preventScroll: true });
  }
}

function isConnected(is) {
  if (lost.hidden !== is) {
    since.textContent = time.textContent;
    lost.hidden = is;
  }
}

async function look() {
  clearTimeout(waits);
  if (document.hidden) {
    return;
  }
  try {
    const headers = { "If-None-Match": tag };
    const answer = await fetch(shown.dataset.polls, { cache: "no-store", headers, redirect: "manual" });
    if (answer.type === "opaqueredirect" || answer.status === 404) {
      // Signed out, or no longer of this hall: the page itself says so.
      location.reload();
      return;
    }
    if (answer.status === 200) {
      replace(await answer.text());
      tag = answer.headers.get("ETag") || "";
    }
    const isAnswer = answer.status === 200 || answer.status === 304;
    if (isAnswer) {
      time.textContent = answer.headers.get("Hall-Time") || time.textContent;
    }
    isConnected(isAnswer);
  } catch {
    isConnected(false);
  }
  clearTimeout(waits);
  waits = setTimeout(look, each);
}

document.addEventListener("visibilitychange", () => document.hidden || look());
addEventListener("pageshow", (event) => event.persisted && look());
waits = setTimeout(look, each);
