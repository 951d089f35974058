// Pasted, dropped or chosen files: uploaded with progress, then shown in the text as Markdown.
import { AltQuestion, makeAction, makePart } from "./editor-alt.js";
import { replaceText, swapText } from "./editor-text.js";

const FAILED_SHOWN_MS = 20_000;
let uploadCount = 0;

/** The text without the marks of uploads that are still under way: no copy may keep those. */
export function withoutUploads(text, words) {
  const [before, after] = text.split(`[${words.wordsUploading}`, 2);
  if (after === undefined) return text;
  const rest = text.slice(before.length);
  const end = rest.indexOf("]()");
  if (end < 0) return text;
  return before + withoutUploads(rest.slice(end + 3).replace(/^\n/, ""), words);
}

class Upload {
  constructor(uploads, file) {
    const { form, field } = uploads;
    Object.assign(this, { uploads, form, field, file, words: form.dataset });
    uploadCount += 1;
    this.mark = `[${this.words.wordsUploading}${uploadCount} ${file.name.replace(/[[\]]/g, "")}]()`;
    this.makeRow();
    uploads.list.append(this.row);
    if (!this.isTooLarge()) this.begin();
  }

  makeRow() {
    this.row = makePart("li", "upload");
    this.state = makePart("span", "quiet", this.words.wordsUploading);
    this.state.setAttribute("role", "status");
    this.bar = document.createElement("progress");
    this.bar.max = 1;
    this.bar.value = 0;
    this.bar.setAttribute("aria-label", this.file.name);
    this.stop = makeAction("btn btn--text btn--s", this.words.wordsUploadCancel, this.file.name, () => this.cancel());
    this.row.append(makePart("span", "upload__name", this.file.name), this.state, this.stop, this.bar);
  }

  isTooLarge() {
    const isTooLarge = this.file.size > Number(this.words.fileMax);
    if (isTooLarge) this.tell(this.words.wordsFileOver);
    return isTooLarge;
  }

  begin() {
    const { field } = this;
    const at = field.selectionStart;
    const isOnOwnLine = at === 0 || field.value[at - 1] === "\n";
    replaceText(field, at, field.selectionEnd, `${isOnOwnLine ? "" : "\n"}${this.mark}\n`);
    this.uploads.running.add(this);
    this.send();
  }

  send() {
    const data = new FormData();
    data.set("file", this.file);
    data.set("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    const request = new XMLHttpRequest();
    this.request = request;
    request.open("POST", this.words.uploadUrl);
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) this.bar.value = event.loaded / event.total;
    });
    request.addEventListener("load", () => this.finish(request.status, request.response));
    request.addEventListener("error", () => this.fail(this.words.wordsUploadFailed));
    request.addEventListener("abort", () => this.write(""));
    request.send(data);
  }

  cancel() {
    this.row.remove();
    this.request?.abort();
    this.field.focus();
  }

  finish(status, result) {
    if (status !== 201) {
      this.fail(result?.error ?? this.words.wordsUploadFailed);
      return;
    }
    if (result.is_image) this.row.replaceWith(new AltQuestion(this.form, this.field, result).row);
    else this.row.remove();
    this.write(result.markdown);
  }

  fail(reason) {
    this.tell(reason);
    this.write("");
  }

  tell(reason) {
    this.bar.remove();
    this.stop.remove();
    this.state.className = "error";
    this.state.textContent = reason;
    setTimeout(() => this.row.remove(), FAILED_SHOWN_MS);
  }

  /** The text is never rewritten under an IME: a composition is waited for. */
  write(markdown) {
    if (this.field.dataset.composing) {
      this.field.addEventListener("compositionend", () => this.write(markdown), { once: true });
      return;
    }
    // What is taken away leaves no empty line behind.
    if (markdown || !swapText(this.field, `${this.mark}\n`, "")) swapText(this.field, this.mark, markdown);
    this.uploads.ended(this);
  }
}

class Uploads {
  constructor(form, field) {
    Object.assign(this, { form, field, running: new Set(), list: form.querySelector("[data-uploads]") });
    // A text is not saved with half a file in it: saving waits for the last one.
    form.addEventListener("submit", (event) => this.onSubmit(event));
  }

  take(files) {
    for (const file of files) new Upload(this, file);
  }

  onSubmit(event) {
    if (!this.running.size) return;
    event.preventDefault();
    this.submitter = event.submitter ?? undefined;
    this.isWaiting = true;
    this.form.querySelector("[data-savestate]").textContent = this.form.dataset.wordsUploadsFirst;
  }

  ended(upload) {
    this.running.delete(upload);
    if (!this.isWaiting || this.running.size) return;
    this.isWaiting = false;
    this.form.requestSubmit(this.submitter);
  }
}

function chooseFiles(uploads) {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.hidden = true;
  for (const name of ["change", "cancel"]) input.addEventListener(name, () => input.remove());
  input.addEventListener("change", () => uploads.take(input.files));
  // In the page, though unseen: phones forget one that hangs nowhere while the camera is open.
  document.body.append(input);
  input.click();
}

function takeDropped(uploads, box) {
  for (const name of ["dragenter", "dragover"]) {
    box.addEventListener(name, (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      box.classList.add("editor--over");
    });
  }
  box.addEventListener("dragleave", (event) => {
    if (!box.contains(event.relatedTarget)) box.classList.remove("editor--over");
  });
  box.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    box.classList.remove("editor--over");
    uploads.take(event.dataTransfer.files);
  });
}

/** Starts taking files into a field. */
export function takeFiles(form, field) {
  const uploads = new Uploads(form, field);
  field.addEventListener("compositionstart", () => { field.dataset.composing = "1"; });
  field.addEventListener("compositionend", () => { delete field.dataset.composing; });
  field.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    // A table copied from a spreadsheet brings a picture of itself: then the text is meant.
    if (!files.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    uploads.take(files);
  });
  takeDropped(uploads, field.closest("[data-editor-box]"));
  form.querySelector('[data-tool="file"]')?.addEventListener("click", () => chooseFiles(uploads));
}
