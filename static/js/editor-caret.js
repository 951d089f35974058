// Where the cursor stands inside a textarea, measured on a copy of it that nobody sees.

const COPIED = [
  "fontFamily", "fontSize", "fontWeight", "fontStyle", "fontVariant", "fontFeatureSettings", "letterSpacing",
  "lineHeight", "wordSpacing", "tabSize", "textIndent", "direction", "wordBreak", "lineBreak", "overflowWrap",
  "paddingTop", "paddingRight", "paddingBottom", "paddingLeft",
];

/** The place of the character at `at`, from the outer corner of the field: {left, top, bottom}. */
export function caretPlace(field, at) {
  const look = getComputedStyle(field);
  const copy = document.createElement("div");
  for (const name of COPIED) copy.style[name] = look[name];
  copy.style.position = "absolute";
  copy.style.visibility = "hidden";
  copy.style.whiteSpace = "pre-wrap";
  copy.style.boxSizing = "border-box";
  copy.style.inlineSize = `${field.clientWidth}px`;
  copy.textContent = field.value.slice(0, at);
  const mark = document.createElement("span");
  // What follows decides where a line breaks; an end of the text still needs something to measure.
  mark.textContent = field.value.slice(at, at + 40) || "\u200b";
  copy.append(mark);
  field.after(copy);
  const box = copy.getBoundingClientRect();
  const here = mark.getClientRects()[0] ?? box;
  const place = {
    left: here.left - box.left + field.clientLeft - field.scrollLeft,
    top: here.top - box.top + field.clientTop - field.scrollTop,
    bottom: here.bottom - box.top + field.clientTop - field.scrollTop,
  };
  copy.remove();
  return place;
}

/** Puts a list beside the cursor: under its line, or over it where the keyboard leaves no room. */
export function standAtCaret(list, field, at) {
  const place = caretPlace(field, at);
  const box = field.getBoundingClientRect();
  const left = Math.max(0, Math.min(place.left, box.width - list.offsetWidth));
  standBeside(list, { left: box.left + left, top: box.top + place.top, bottom: box.top + place.bottom });
}

/** Puts a list under a field of one line, or over it where the keyboard leaves no room. */
export function standAtField(list, field) {
  standBeside(list, field.getBoundingClientRect());
}

/** `spot` is what must stay in sight: {left, top, bottom} in the window. */
function standBeside(list, spot) {
  const room = list.offsetParent.getBoundingClientRect();
  const seen = window.visualViewport;
  const seenBottom = seen ? seen.offsetTop + seen.height : innerHeight;
  const below = seenBottom - spot.bottom;
  const above = spot.top - (seen?.offsetTop ?? 0);
  const isUnder = below >= Math.min(list.scrollHeight, 160) || below >= above;
  list.style.maxBlockSize = `${Math.max(96, Math.min(256, (isUnder ? below : above) - 8))}px`;
  list.style.left = `${spot.left - room.left}px`;
  const wanted = isUnder ? spot.bottom + 4 : spot.top - list.offsetHeight - 4;
  // The field itself may have slipped under the keyboard; what is proposed stays in sight.
  const top = Math.max(seen?.offsetTop ?? 0, Math.min(wanted, seenBottom - list.offsetHeight - 4));
  list.style.top = `${top - room.top}px`;
  list.style.bottom = "auto";
}
