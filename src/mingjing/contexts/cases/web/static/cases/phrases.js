// Words that are said again and again: a touch puts them into the field beside them. Without this script they stay hidden.
"use strict";
for (const list of document.querySelectorAll("[data-phrases]")) {
  const field = document.getElementById(list.dataset.phrases);
  list.hidden = false;
  list.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const words = button.textContent.trim();
    field.value = field.value.trim() ? `${field.value.trim()}\n${words}` : words;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
