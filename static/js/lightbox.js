// Pictures in a text open large over the page: the browser's own dialog, so that Esc closes it and
// the focus returns. The page loads it with <article data-lightbox data-lightbox-open="大きく見る" …>.

function makeButton(className, label, text) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = className;
  button.setAttribute("aria-label", label);
  button.textContent = text;
  return button;
}

class Lightbox {
  constructor(box) {
    this.words = box.dataset;
    this.pictures = [];
    this.dialog = document.createElement("dialog");
    this.dialog.className = "lightbox";
    this.dialog.setAttribute("aria-label", this.words.lightboxName);
    this.picture = document.createElement("img");
    this.picture.className = "lightbox__picture";
    this.caption = document.createElement("p");
    this.caption.className = "lightbox__caption";
    this.caption.setAttribute("role", "status");
    const close = makeButton("lightbox__button lightbox__button--close", this.words.lightboxClose, "✕");
    this.before = makeButton("lightbox__button lightbox__button--before", this.words.lightboxBefore, "‹");
    this.after = makeButton("lightbox__button lightbox__button--after", this.words.lightboxAfter, "›");
    this.dialog.append(this.picture, this.caption, close, this.before, this.after);
    box.append(this.dialog);
    close.addEventListener("click", () => this.dialog.close());
    this.before.addEventListener("click", () => this.step(-1));
    this.after.addEventListener("click", () => this.step(1));
    this.dialog.addEventListener("keydown", (event) => this.onKey(event));
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
  }

  /** Makes a button of a picture; one inside a link leads where the link leads. */
  take(picture) {
    if (picture.closest("a, button")) return;
    const place = this.pictures.push(picture) - 1;
    const button = makeButton("zoom", `${this.words.lightboxOpen}${picture.alt ? `: ${picture.alt}` : ""}`, "");
    picture.replaceWith(button);
    button.append(picture);
    button.addEventListener("click", () => this.open(place));
  }

  open(place) {
    this.show(place);
    this.dialog.showModal();
  }

  show(place) {
    this.place = place;
    const { src, alt } = this.pictures[place];
    this.picture.src = src;
    this.picture.alt = alt;
    const count = this.pictures.length;
    this.caption.textContent = count > 1 ? `${alt} (${place + 1}/${count})` : alt;
    this.before.hidden = this.after.hidden = count < 2;
  }

  step(step) {
    this.show((this.place + step + this.pictures.length) % this.pictures.length);
  }

  onKey(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || this.pictures.length < 2) return;
    event.preventDefault();
    this.step(step);
  }
}

for (const box of document.querySelectorAll("[data-lightbox]")) {
  const pictures = box.querySelectorAll(".prose img");
  if (pictures.length) {
    const lightbox = new Lightbox(box);
    pictures.forEach((picture) => lightbox.take(picture));
  }
}
