// Toasts leave by themselves after ten seconds, but never while somebody reads or needs them.

const TOAST_MS = 10_000;

function keepsAttention(toast) {
  return toast.matches(":hover") || toast.contains(document.activeElement);
}

function leave(toast) {
  if (keepsAttention(toast)) setTimeout(() => leave(toast), 2_000);
  else toast.remove();
}

function startToast(toast) {
  const close = toast.querySelector("[data-toast-close]");
  if (close) {
    close.hidden = false;
    close.addEventListener("click", () => toast.remove());
  }
  if (toast.getAttribute("role") !== "alert") setTimeout(() => leave(toast), TOAST_MS);
}

/** Show a message made by a script, in the same place and manner as the server's. */
export function showToast(text) {
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.setAttribute("role", "status");
  const words = document.createElement("span");
  words.className = "toast__text";
  words.textContent = text;
  toast.append(words);
  document.querySelector(".toasts")?.append(toast);
  startToast(toast);
}

document.querySelectorAll("[data-toast]").forEach(startToast);
document.addEventListener("toast", (event) => showToast(event.detail));
// Errors of a form: the summary takes the focus when the page opens.
document.querySelector("[data-focus]")?.focus();
