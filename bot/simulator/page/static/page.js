// Puts life into the page. Without scripts the same links and forms work by reloading.
import { followFrame } from "./browser.js";
import { keepLive } from "./live.js";
import { listenToForms } from "./sending.js";
import { listenToSheets } from "./sheets.js";

document.documentElement.classList.add("scripted");
listenToForms();
listenToSheets();
keepLive();
document.querySelectorAll(".browser").forEach(followFrame);
