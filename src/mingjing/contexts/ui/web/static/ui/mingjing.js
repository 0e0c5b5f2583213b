// What pages do better with script: menus that close, shortcuts, picking rows, dropping files, reading aloud.
// Everything here has a way without it.
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // drawers: a link that opens a dialog instead of its page
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.opens);
      if (dialog && dialog.showModal) {
        event.preventDefault();
        dialog.showModal();
      }
      return;
    }
    if (event.target.closest("[data-closes]") || event.target.matches("dialog[open]")) {
      event.target.closest("dialog").close();
    }
    if (event.target.closest("[data-print]")) window.print();
    const closing = event.target.closest("[data-menu]");
    all("[data-menu][open]").forEach((menu) => { if (menu !== closing) menu.open = false; });
  });

  // menus: Escape closes and gives the focus back, arrows walk
  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest("[data-menu]");
    if (event.key === "Escape") {
      const open = menu && menu.open ? menu : event.target.closest("details.mj-help[open]");
      if (open) {
        open.open = false;
        open.querySelector("summary").focus();
      }
      return;
    }
    if (menu && menu.open && (event.key === "ArrowDown" || event.key === "ArrowUp") && !event.target.matches("input, select, textarea")) {
      const items = all("a, button", menu);
      if (!items.length) return;
      event.preventDefault();
      const at = items.indexOf(document.activeElement);
      const next = event.key === "ArrowDown" ? at + 1 : at < 0 ? items.length - 1 : at - 1;
      items[(next + items.length) % items.length].focus();
    }
  });

  // shortcuts: never while typing
  let before = "";
  document.addEventListener("keydown", (event) => {
    if (document.documentElement.dataset.shortcuts === "off") return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.matches("input, select, textarea, [contenteditable]") || document.querySelector("dialog[open]")) return;
    const target = document.querySelector(`[data-shortcut="${CSS.escape(before + event.key)}"]`) || document.querySelector(`[data-shortcut="${CSS.escape(event.key)}"]`);
    before = event.key === "g" ? "g " : "";
    if (!target || !target.getClientRects().length && target.tagName !== "A") return;
    event.preventDefault();
    if (target.tagName === "A") target.click();
    else target.focus();
  });

  // picking rows for a bulk act
  const countPicked = (form) => {
    const boxes = all("input[name=key]", form);
    const picked = boxes.filter((box) => box.checked).length;
    const words = form.querySelector("[data-bulk-count]");
    if (words) words.textContent = picked ? `已选中 ${picked} 行：` : "选中若干行后：";
    all(".mj-bulk button", form).forEach((button) => { button.disabled = !picked; });
    const whole = form.querySelector("[data-pick-all]");
    if (whole) {
      whole.checked = picked > 0 && picked === boxes.length;
      whole.indeterminate = picked > 0 && picked < boxes.length;
    }
  };
  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-bulk]");
    if (form) {
      if (event.target.matches("[data-pick-all]")) all("input[name=key]", form).forEach((box) => { box.checked = event.target.checked; });
      countPicked(form);
    }
    if (event.target.matches("[data-submits]")) event.target.form.submit();
    const drop = event.target.closest("[data-drop]");
    if (drop) nameFile(drop);
  });

  // files dropped onto their field
  const nameFile = (drop) => {
    const files = [...drop.querySelector("input[type=file]").files];
    const file = files[0];
    const words = drop.querySelector("[data-drop-name]");
    words.hidden = !file;
    if (files.length > 1) words.textContent = `已选${files.length}个文件`;
    else if (file) words.textContent = `${file.name}（${Math.max(1, Math.round(file.size / 1024)).toLocaleString()} KB）`;
  };
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      const drop = event.target.closest && event.target.closest("[data-drop]");
      if (!drop) return;
      event.preventDefault();
      drop.classList.toggle("mj-drop-over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) {
        drop.querySelector("input[type=file]").files = event.dataTransfer.files;
        nameFile(drop);
      }
    });
  }

  // reading aloud
  const readAloud = (box) => {
    if (!("speechSynthesis" in window)) return;
    box.hidden = false;
    box.addEventListener("click", (event) => {
      const button = event.target.closest("[data-read]");
      if (!button) return;
      speechSynthesis.cancel();
      if (button.dataset.read === "stop") return;
      const chosen = String(window.getSelection()).trim();
      const words = chosen || document.getElementById("main").innerText;
      // long texts are cut off by some voices: a paragraph at a time
      for (const part of words.split(/\n+/).map((one) => one.trim()).filter(Boolean)) {
        const speech = new SpeechSynthesisUtterance(part);
        speech.lang = "zh-CN";
        speech.rate = 0.9;
        speechSynthesis.speak(speech);
      }
    });
    window.addEventListener("pagehide", () => speechSynthesis.cancel());
  };

  const prepare = (root) => {
    all("[data-bulk]", root).forEach(countPicked);
    all("[data-print]", root).forEach((button) => { button.hidden = false; });
    all("[data-submit]", root).forEach((button) => { button.hidden = true; });
  };
  document.addEventListener("DOMContentLoaded", () => {
    prepare(document);
    all("[data-read-aloud]").forEach(readAloud);
    const wrong = document.querySelector("body:not(.mj-styleguide) [data-focus]");
    if (wrong) wrong.focus();
  });
  document.addEventListener("htmx:load", (event) => prepare(event.target.parentNode || document));
})();
