// The choice of theme takes effect at once, without leaving the page; the server keeps it in a cookie.

function showTheme(value) {
  const root = document.documentElement;
  if (value === "auto") delete root.dataset.theme;
  else root.dataset.theme = value;
}

async function chooseTheme(event) {
  const form = event.target.closest?.("[data-theme-form]");
  const button = event.submitter;
  if (!form || !button) return;
  event.preventDefault();
  const body = new FormData(form, button);
  showTheme(button.value);
  for (const other of form.querySelectorAll("button[name=theme]")) {
    other.setAttribute("aria-pressed", String(other === button));
  }
  // Not following the redirect: only the cookie matters.
  const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
  if (answer?.type === "opaqueredirect") return;
  // The script's way failed: the plain form says why.
  const choice = document.createElement("input");
  Object.assign(choice, { type: "hidden", name: button.name, value: button.value });
  form.append(choice);
  form.submit();
}

document.addEventListener("submit", chooseTheme);
