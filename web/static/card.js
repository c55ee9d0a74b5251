// A photo of the card fills the form: taken or chosen, made smaller in the page, sent, and what was read is put into the
// fields. Without this script the same buttons' forerunners send the form and the photo, and the form comes back.
"use strict";
const LONGEST_SIDE = 1600;
const QUALITY = 0.85;

// What the page cannot decode (HEIC in most browsers) goes as it is. What it can loses what else a photo holds, such as
// where it was taken.
async function smaller(photo) {
  try {
    const picture = await decoded(photo);
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    const paper = canvas.getContext("2d");
    paper.imageSmoothingQuality = "high";
    paper.fillStyle = "#fff";
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
    if (picture.close) picture.close();
    return (await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY))) || photo;
  } catch {
    return photo;
  }
}

async function decoded(photo) {
  try {
    return await createImageBitmap(photo, { imageOrientation: "from-image" });
  } catch {
    return drawnBy(new Image(), URL.createObjectURL(photo));
  }
}

// Older browsers know no such option or no such function.
function drawnBy(image, address) {
  return new Promise((done, failed) => {
    image.onload = () => done(image);
    image.onerror = failed;
    image.src = address;
  }).finally(() => URL.revokeObjectURL(address));
}

const plain = (text) => text.replace(/\s/g, "").toUpperCase();

// What is said at a field, until somebody changes it. The page says it in the same way where no script runs.
class Note {
  constructor(control, text) {
    this.control = control;
    this.line = document.createElement("p");
    this.line.className = "note";
    this.line.id = `${control.id}-note`;
    this.line.textContent = text;
    control.before(this.line);
    this.described(true);
  }

  offers(label, act) {
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "btn btn-outline-secondary";
    this.button.textContent = label;
    this.button.addEventListener("click", act);
    this.control.after(this.button);
  }

  described(is) {
    const others = (this.control.getAttribute("aria-describedby") || "").split(" ");
    const ids = others.filter((id) => id && id !== this.line.id).concat(is ? [this.line.id] : []);
    if (ids.length) this.control.setAttribute("aria-describedby", ids.join(" "));
    else this.control.removeAttribute("aria-describedby");
  }

  goes() {
    this.described(false);
    this.line.remove();
    if (this.button) this.button.remove();
  }
}

// The fields of the form, and what a photo says of them.
class Fields {
  constructor(form, words) {
    this.form = form;
    this.words = words;
    this.notes = new Map();
    this.fromPhoto = new Map();
    form.addEventListener("input", (event) => this.forget(event.target));
  }

  fill(read) {
    // Of an earlier photo nothing stays that nobody touched: it may have been another person's.
    for (const [control, text] of this.fromPhoto) if (control.value === text) this.put(control, "");
    this.fromPhoto.clear();
    if (this.form.elements.doubtful) this.form.elements.doubtful.value = "";
    for (const [name, { text, note }] of Object.entries(read)) {
      const control = this.form.elements[name];
      if (control) this.one(control, text, note);
    }
  }

  one(control, text, note) {
    const typed = plain(control.value);
    if (!typed) {
      this.take(control, text, note);
    } else if (text && typed !== plain(text)) {
      this.note(control, this.words.in_photo.replace("{text}", text)).offers(this.words.use, () => {
        this.take(control, text, note);
        control.focus();
      });
    }
  }

  take(control, text, note) {
    this.put(control, text);
    this.fromPhoto.set(control, text);
    if (note) this.note(control, note);
    if (note && text) this.remember(control.name, text);
  }

  // So that the page asks again to compare it with the card, should the form come back.
  remember(name, text) {
    const kept = this.form.elements.doubtful;
    if (kept) kept.value = JSON.stringify({ ...JSON.parse(kept.value || "{}"), [name]: text });
  }

  put(control, text) {
    this.forget(control);
    control.value = text;
  }

  note(control, text) {
    this.forget(control);
    const note = new Note(control, text);
    this.notes.set(control, note);
    return note;
  }

  forget(control) {
    // Also what the page itself said there before this script ran.
    const said = document.getElementById(`${control.id}-note`);
    if (this.notes.has(control)) this.notes.get(control).goes();
    else if (said && said.className === "note") said.remove();
    this.notes.delete(control);
  }

  // The first that is doubtful, else the first that is empty: what is doubtful nobody else would point out.
  next() {
    const all = [...this.form.elements];
    return all.find((one) => this.notes.has(one)) || all.find((one) => one.required && !one.value && one.offsetParent);
  }
}

class CardPhoto {
  constructor(box) {
    this.words = JSON.parse(box.dataset.words);
    this.box = box;
    this.address = box.dataset.card;
    this.form = box.closest("form");
    this.fields = new Fields(this.form, this.words);
    const find = (selector) => box.querySelector(selector);
    this.picks = find(".card-picks");
    this.underWay = find(".card-under-way");
    this.bar = find("progress");
    this.told = find(".card-told");
    this.again = find("[data-does=again]");
    this.turn = 0;
    find(".card-plain").remove();
    this.picks.hidden = false;
    for (const input of this.inputs) input.addEventListener("change", () => this.chosen(input));
    this.stop = find("[data-does=cancel]");
    this.stop.addEventListener("click", () => this.cancel());
    this.again.addEventListener("click", () => this.send(this.unsent));
    // Also where an app's browser opens no camera for a script: the link itself still leads to the buttons.
    const jump = document.querySelector("[data-jump]");
    if (jump) jump.addEventListener("click", () => this.opensCamera());
  }

  opensCamera() {
    if (!this.isBusy) this.inputs[0].click();
  }

  get inputs() {
    return this.picks.querySelectorAll("input");
  }

  async chosen(input) {
    const [photo] = input.files;
    if (!photo || this.isBusy) return;
    this.begin(this.words.preparing);
    const turn = this.turn;
    const ready = await smaller(photo);
    if (turn !== this.turn) return;
    if (ready.size > this.words.most_bytes) this.end(this.words.too_large, true);
    else this.send(ready);
  }

  send(photo) {
    if (this.request) return;
    this.begin(this.words.sending.replace("{percent}", 0));
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("csrf_token", this.form.elements.csrf_token.value);
    // Not under its own name, which may say whose card it is.
    body.append("photo", photo, "photo");
    request.open("POST", this.address);
    request.setRequestHeader("Accept", "application/json");
    request.timeout = this.words.timeout_ms;
    request.upload.addEventListener("progress", (event) => this.progress(event));
    request.addEventListener("load", () => this.answered(request, photo));
    request.addEventListener("error", () => this.unanswered(this.words.offline, photo));
    request.addEventListener("timeout", () => this.unanswered(this.words.slow, photo));
    this.request = request;
    request.send(body);
  }

  progress({ loaded, total }) {
    if (!total) return;
    this.bar.value = (loaded / total) * 100;
    // In tens: each change is read out to whoever listens to the page.
    const percent = Math.floor((loaded / total) * 10) * 10;
    this.say(percent < 100 ? this.words.sending.replace("{percent}", percent) : this.words.reading);
    if (percent >= 100) this.bar.removeAttribute("value");
  }

  answered(request, photo) {
    let said = {};
    try {
      said = JSON.parse(request.responseText);
    } catch {
      // A proxy on the way answers in pages.
    }
    if (request.status === 200 && said.fields) {
      const isRead = Object.keys(said.fields).length > 0;
      if (isRead) this.fields.fill(said.fields);
      this.end(said.sentence, !isRead, isRead && this.fields.next());
    } else if (request.status >= 500 || !said.sentence) this.unanswered(said.sentence || this.words.failed, photo);
    else this.end(said.sentence, true);
  }

  unanswered(sentence, photo) {
    this.again.hidden = false;
    this.end(sentence, true, this.again);
    this.unsent = photo;
  }

  cancel() {
    if (this.request) this.request.abort();
    this.end(this.words.cancelled, false);
  }

  begin(sentence) {
    const isHere = this.isHere();
    this.isBusy = true;
    this.picks.hidden = true;
    this.again.hidden = true;
    this.underWay.hidden = false;
    this.bar.removeAttribute("value");
    this.leads(this.stop, isHere);
    this.say(sentence);
  }

  end(sentence, isProblem, next) {
    const isHere = this.isHere();
    this.turn += 1;
    this.isBusy = false;
    this.request = null;
    this.unsent = null;
    this.underWay.hidden = true;
    this.picks.hidden = false;
    this.picks.querySelector("span span").textContent = this.words.retake;
    for (const input of this.inputs) input.value = "";
    this.leads(next || this.inputs[0], isHere);
    this.say(sentence, isProblem);
  }

  // Not away from where somebody writes meanwhile.
  leads(next, isHere) {
    if (isHere) next.focus();
  }

  isHere() {
    return document.activeElement === document.body || this.box.contains(document.activeElement);
  }

  say(sentence, isProblem = false) {
    this.told.classList.toggle("wrong", isProblem);
    if (this.told.textContent !== sentence) this.told.textContent = sentence;
  }
}

const box = document.querySelector("[data-card]");
if (box) new CardPhoto(box);
