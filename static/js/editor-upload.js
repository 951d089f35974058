// Pasted, dropped or chosen files: uploaded with progress, then shown in the text as Markdown.
import { replaceText, swapText } from "./editor-text.js";

let uploadCount = 0;

class Upload {
  constructor(form, field, file) {
    Object.assign(this, { form, field, file });
    this.words = form.dataset;
    uploadCount += 1;
    this.mark = `[${this.words.wordsUploading}${uploadCount} ${file.name}]()`;
    this.row = this.makeRow();
    form.querySelector("[data-uploads]").append(this.row);
    const at = field.selectionStart;
    const isOnOwnLine = at === 0 || field.value[at - 1] === "\n";
    replaceText(field, at, field.selectionEnd, `${isOnOwnLine ? "" : "\n"}${this.mark}\n`);
    this.send();
  }

  makeRow() {
    const row = document.createElement("li");
    row.className = "upload";
    const name = document.createElement("span");
    name.className = "upload__name";
    name.textContent = this.file.name;
    this.state = document.createElement("span");
    this.state.className = "quiet";
    this.state.textContent = this.words.wordsUploading;
    this.bar = document.createElement("progress");
    this.bar.max = 1;
    this.bar.value = 0;
    this.bar.setAttribute("aria-label", this.file.name);
    row.append(name, this.state, this.bar);
    return row;
  }

  send() {
    const data = new FormData();
    data.set("file", this.file);
    data.set("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    const request = new XMLHttpRequest();
    request.open("POST", this.words.uploadUrl);
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) this.bar.value = event.loaded / event.total;
    });
    request.addEventListener("load", () => this.finish(request.status, request.response));
    request.addEventListener("error", () => this.fail(this.words.wordsUploadFailed));
    request.send(data);
  }

  finish(status, result) {
    if (status !== 201) {
      this.fail(result?.error ?? this.words.wordsUploadFailed);
      return;
    }
    this.write(result.markdown);
    this.row.remove();
  }

  fail(reason) {
    this.write("");
    this.bar.remove();
    this.state.className = "error";
    this.state.textContent = reason;
    setTimeout(() => this.row.remove(), 20_000);
  }

  /** The text is never rewritten under an IME: a composition is waited for. */
  write(markdown) {
    if (this.field.dataset.composing) {
      this.field.addEventListener("compositionend", () => this.write(markdown), { once: true });
    } else swapText(this.field, this.mark, markdown);
  }
}

function uploadAll(form, field, files) {
  for (const file of files) new Upload(form, field, file);
}

function chooseFiles(form, field) {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.addEventListener("change", () => uploadAll(form, field, input.files));
  input.click();
}

/** Starts taking files into a field. */
export function takeFiles(form, field) {
  const box = field.closest("[data-editor-box]");
  field.addEventListener("compositionstart", () => { field.dataset.composing = "1"; });
  field.addEventListener("compositionend", () => { delete field.dataset.composing; });
  field.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    // A table copied from a spreadsheet brings a picture of itself: then the text is meant.
    if (!files.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    uploadAll(form, field, files);
  });
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
    uploadAll(form, field, event.dataTransfer.files);
  });
  form
    .querySelector('[data-tool="file"]')
    ?.addEventListener("click", () => chooseFiles(form, field));
}
