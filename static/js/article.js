// Buttons of an article's page that need script: copy the address, print.

for (const button of document.querySelectorAll("[data-copy-address]")) {
  // The clipboard exists only on https and localhost; elsewhere no button promises it.
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(location.origin + location.pathname);
    document.dispatchEvent(new CustomEvent("toast", { detail: button.dataset.done }));
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const menu = button.closest("details");
    if (menu) menu.open = false;
    print();
  });
}
