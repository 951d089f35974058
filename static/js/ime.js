// The one guard for Japanese input: while text is being composed, keys belong to the IME.

/** Whether a keyboard event belongs to a composition. keyCode 229 covers browsers whose
 *  closing Enter arrives after compositionend. */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

/** Whether an element takes typed text, so that plain keys are not shortcuts there. */
export function takesText(element) {
  return Boolean(element?.closest?.("input, textarea, select, [contenteditable]:not([contenteditable='false'])"));
}
