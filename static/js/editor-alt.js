// The line under the text that asks what a picture shows.
import { isComposing } from "./ime.js";
import { swapText } from "./editor-text.js";

export function makePart(tag, className, text = "") {
  const part = document.createElement(tag);
  part.className = className;
  part.textContent = text;
  return part;
}

export function makeAction(className, label, name, act) {
  const button = makePart("button", className, label);
  button.type = "button";
  button.setAttribute("aria-label", `${label} (${name})`);
  button.addEventListener("click", act);
  return button;
}

/** Asks what a picture shows, for those who do not see it; the text has it at once. */
export class AltQuestion {
  constructor(form, field, picture) {
    Object.assign(this, { form, field, words: form.dataset, shown: picture.markdown, url: picture.url });
    this.row = makePart("li", "upload upload--alt");
    const image = makePart("img", "upload__image");
    image.src = picture.url;
    image.alt = "";
    const label = makePart("label", "upload__alt", this.words.wordsAlt);
    this.input = makePart("input", "input input--s");
    this.input.autocomplete = "off";
    this.input.placeholder = this.words.wordsAltExample;
    label.append(this.input);
    const close = makeAction("btn btn--s", this.words.wordsAltDone, picture.name, () => this.close());
    this.row.append(image, label, close);
    this.input.addEventListener("change", () => this.write());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
  }

  onKey(event) {
    if (isComposing(event) || (event.key !== "Enter" && event.key !== "Escape")) return;
    // Enter ends the description, it never sends the form.
    event.preventDefault();
    event.stopPropagation();
    this.close();
  }

  write() {
    const alt = this.input.value.replace(/\s+/g, " ").trim().replace(/\[/g, "［").replace(/\]/g, "］");
    const markdown = `![${alt}](${this.url})`;
    if (alt && swapText(this.field, this.shown, markdown)) this.shown = markdown;
  }

  close() {
    this.write();
    this.row.remove();
    this.field.focus();
  }
}
