// A place to sign by hand: what is drawn goes with the form as a PNG. Without this script a picture can be uploaded.
"use strict";
for (const pad of document.querySelectorAll("[data-doc-pad]")) {
  const canvas = pad.querySelector("canvas");
  const pen = canvas.getContext("2d");
  const form = pad.closest("form");
  const field = form.querySelector("[data-doc-drawing]");
  let drawing = false;
  let drawn = false;
  pad.hidden = false;
  pen.lineWidth = 9;
  pen.lineCap = pen.lineJoin = "round";
  pen.strokeStyle = "#14142a";
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    drawing = drawn = true;
    pen.beginPath();
    pen.moveTo(...at(event));
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    for (const one of event.getCoalescedEvents ? event.getCoalescedEvents() : [event]) pen.lineTo(...at(one));
    pen.stroke();
  });
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => { drawing = false; });
  pad.querySelector("[data-doc-clear]").addEventListener("click", () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    drawn = false;
  });
  form.addEventListener("submit", () => { field.value = drawn ? canvas.toDataURL("image/png") : ""; });
}
