// Consent to notices: once WeChat's own script has taken the signature of the page, WeChat's tag is put here; what
// somebody pressed in WeChat's window is said on the page. WeChat tells the service by a delivery of its own.
"use strict";
const consents = document.querySelector("[data-consents]");

function shows(state) {
  for (const one of consents.querySelectorAll("[data-state]")) {
    one.hidden = one.dataset.state !== state;
  }
}

// What the tag tells differs between phones, and some tell nothing at all.
function answered(event) {
  const said = String(event.detail?.subscribeDetails ?? "");
  shows(/accept/.test(said) ? "accepted" : /reject|cancel|filter/.test(said) ? "refused" : "chosen");
}

function asks() {
  const tag = document.createElement("wx-open-subscribe");
  tag.setAttribute("template", consents.dataset.consents);
  // The tag shows what its template holds in a tree of its own, where no style sheet of this page reaches.
  const inside = document.createElement("template");
  const button = document.createElement("button");
  button.textContent = consents.dataset.label;
  button.setAttribute(
    "style",
    "width:100%;min-height:48px;border:0;border-radius:6px;background:#0b6b3a;color:#fff;font-size:18px;padding:8px 16px",
  );
  inside.content.append(button);
  tag.append(inside);
  tag.addEventListener("success", answered);
  tag.addEventListener("error", () => shows("failed"));
  const place = consents.querySelector("[data-tag]");
  place.append(tag);
  place.hidden = false;
  shows("");
}

if (consents && window.wx) {
  wx.config({
    appId: consents.dataset.app,
    timestamp: Number(consents.dataset.timestamp),
    nonceStr: consents.dataset.nonce,
    signature: consents.dataset.signature,
    // Some versions take no empty list.
    jsApiList: ["checkJsApi"],
    openTagList: ["wx-open-subscribe"],
  });
  let isWrong = false;
  wx.error(() => {
    isWrong = true;
    shows("failed");
  });
  // WeChat calls `ready` after `error` too.
  wx.ready(() => isWrong || asks());
}
