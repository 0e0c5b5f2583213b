// The player does better with script: marks seek at once, buttons jump, the mark form knows where one is.
// Without it, a mark is a link to the page at that second.
(() => {
  "use strict";
  const player = document.getElementById("med-player");
  if (!player) return;
  const seek = (second) => {
    player.currentTime = Math.max(0, Math.min(second, Number.isFinite(player.duration) ? player.duration : second));
  };
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-player]").forEach((bar) => { bar.hidden = false; });
  });
  document.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-second]");
    if (mark) {
      event.preventDefault();
      seek(Number(mark.dataset.second));
      player.play().catch(() => {});
      player.focus();
      return;
    }
    const jump = event.target.closest("[data-jump]");
    if (jump) seek(player.currentTime + Number(jump.dataset.jump));
    const speed = event.target.closest("[data-speed]");
    if (speed) player.playbackRate = Number(speed.dataset.speed);
  });
  const form = document.querySelector("[data-mark-form]");
  if (form) {
    const field = form.elements.second;
    let touched = false;
    field.addEventListener("input", () => { touched = true; });
    player.addEventListener("timeupdate", () => { if (!touched) field.value = String(Math.floor(player.currentTime)); });
  }
})();
