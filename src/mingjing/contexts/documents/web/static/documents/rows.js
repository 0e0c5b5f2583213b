// Tables to fill in: a button adds a row. Without this script there are empty rows to spare.
"use strict";
for (const table of document.querySelectorAll("[data-doc-rows]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm";
  button.textContent = "加一行";
  button.addEventListener("click", () => {
    const body = table.tBodies[0];
    const row = body.rows[body.rows.length - 1].cloneNode(true);
    for (const input of row.querySelectorAll("input")) input.value = "";
    body.append(row);
    row.querySelector("input").focus();
  });
  table.parentElement.after(button);
}
