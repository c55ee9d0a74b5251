// A case whose contacts are being looked for: once the list is there, the page is asked for anew. Without this script the
// page asks for itself anew every few seconds.
"use strict";
const LOOK_EACH = 2000;
const tracing = document.querySelector("[data-polls]");

async function look() {
  try {
    if (!document.hidden) {
      const answer = await fetch(tracing.dataset.polls, { cache: "no-store" });
      const state = answer.status === 200 ? await answer.json() : null;
      if (!state || state.status !== tracing.dataset.status) {
        location.reload();
        return;
      }
    }
  } catch {
    // Off-line for a moment: the next look may find the service again.
  }
  setTimeout(look, LOOK_EACH);
}

setTimeout(look, LOOK_EACH);
