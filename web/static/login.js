// A desktop that waits for a phone looks by itself; without this script the page is asked for anew every few seconds.
"use strict";
const LOOK_EACH = 2000;
const going = document.querySelector("[data-goes]");
const waiting = document.querySelector("[data-polls]");

async function look() {
  try {
    const answer = document.hidden ? { status: 204 } : await fetch(waiting.dataset.polls, { cache: "no-store" });
    if (answer.status === 200) {
      location.reload();
      return;
    }
  } catch {
    // Off-line for a moment: the next look may find the service again.
  }
  setTimeout(look, LOOK_EACH);
}

if (going) {
  going.requestSubmit();
} else if (waiting) {
  setTimeout(look, LOOK_EACH);
}
