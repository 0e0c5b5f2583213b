// Signing on a screen, taking photos with a phone, and a queue for what cannot be sent yet. Needs ui/upload.js.
// A form with data-queue (the address of the upload protocol) keeps every shot in the browser's own store with the time and
// the digest of the device, and sends it when there is a network: now, later, or after the page was closed.
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const digest = async (blob, worker) => {
    // the browser's own where it has one and the file fits; it works without a network too
    if (window.isSecureContext && blob.size <= 64 * 1024 * 1024) return hex(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
    return window.mjUpload.hash(blob, worker, () => {});
  };
  const moment = (date) => {
    const two = (number) => String(Math.floor(Math.abs(number))).padStart(2, "0");
    const off = -date.getTimezoneOffset();
    const local = new Date(date.getTime() + off * 60000).toISOString().slice(0, 19);
    return `${local}${off < 0 ? "-" : "+"}${two(off / 60)}:${two(off % 60)}`;
  };

  // signatures

  const sign = (root) => {
    const pad = root.querySelector("[data-sign-pad]");
    const canvas = root.querySelector("[data-sign-canvas]");
    const file = root.querySelector("input[type=file]");
    const state = root.querySelector("[data-sign-state]");
    const hint = root.querySelector("[data-sign-hint]");
    const pen = canvas.getContext("2d");
    let strokes = [];
    let begun = 0;
    let signedAt = "";
    let drawing = null;

    const words = (text) => { state.textContent = text; };
    const line = (from, to) => {
      const span = Math.max(1, to[2] - from[2]);
      const speed = Math.hypot(to[0] - from[0], to[1] - from[1]) / span;
      pen.lineWidth = Math.max(1.6, Math.min(4.2, 4.4 - speed * 1.4)); // a quick pen is thin
      pen.beginPath();
      pen.moveTo(from[0], from[1]);
      pen.lineTo(to[0], to[1]);
      pen.stroke();
    };
    const redraw = () => {
      const scale = window.devicePixelRatio || 1;
      const box = canvas.getBoundingClientRect();
      if (!box.width) return;
      canvas.width = Math.round(box.width * scale);
      canvas.height = Math.round(box.height * scale);
      pen.setTransform(scale, 0, 0, scale, 0, 0);
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, box.width, box.height);
      pen.strokeStyle = "#101820";
      pen.lineCap = pen.lineJoin = "round";
      for (const stroke of strokes) for (let at = 1; at < stroke.length; at += 1) line(stroke[at - 1], stroke[at]);
      hint.hidden = strokes.length > 0;
    };
    const clear = () => {
      strokes = [];
      begun = 0;
      delete root.dataset.signed;
      file.value = "";
      root.querySelector("[data-sign-strokes]").value = "";
      root.querySelector("[data-sign-sha256]").value = "";
      redraw();
      words("还没有签名。");
    };
    const keep = () => {
      const box = canvas.getBoundingClientRect();
      const mine = strokes;
      canvas.toBlob(async (blob) => {
        const found = await digest(blob, root.dataset.worker);
        if (mine !== strokes) return;
        const carrier = new DataTransfer();
        carrier.items.add(new File([blob], "signature.png", { type: "image/png" }));
        file.files = carrier.files;
        root.querySelector("[data-sign-strokes]").value = JSON.stringify({
          width: Math.round(box.width), height: Math.round(box.height), signed_at: signedAt, strokes,
        });
        root.querySelector("[data-sign-sha256]").value = found;
        root.dataset.signed = String(strokes.length);
        words(`已签名，摘要 ${found.slice(0, 16)}…`);
        root.dispatchEvent(new CustomEvent("mj:signed", { bubbles: true, detail: { sha256: found } }));
      }, "image/png");
    };
    const point = (event) => {
      const box = canvas.getBoundingClientRect();
      return [Math.round((event.clientX - box.left) * 10) / 10, Math.round((event.clientY - box.top) * 10) / 10, Math.round(performance.now() - begun)];
    };

    pad.hidden = false;
    root.querySelector("[data-sign-acts]").hidden = false;
    root.querySelector("[data-sign-paper]").open = false;
    redraw();
    addEventListener("resize", redraw);
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      if (!strokes.length) { begun = performance.now(); signedAt = moment(new Date()); }
      drawing = [point(event)];
      strokes = [...strokes, drawing];
      hint.hidden = true;
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!drawing) return;
      for (const each of event.getCoalescedEvents ? event.getCoalescedEvents() : [event]) {
        const next = point(each);
        line(drawing[drawing.length - 1], next);
        drawing.push(next);
      }
    });
    const end = () => {
      if (!drawing) return;
      if (drawing.length === 1) { drawing.push([drawing[0][0] + 0.1, drawing[0][1], drawing[0][2] + 1]); line(drawing[0], drawing[1]); }
      drawing = null;
      keep();
    };
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
    root.querySelector("[data-sign-clear]").addEventListener("click", clear);
    file.addEventListener("change", () => {
      // a photo of paper takes the place of what was drawn
      strokes = [];
      redraw();
      root.querySelector("[data-sign-strokes]").value = "";
      root.querySelector("[data-sign-sha256]").value = "";
      words(file.files.length ? "将上传纸上签名的照片。" : "还没有签名。");
    });
  };

  // the queue

  const store = () => new Promise((resolve, reject) => {
    const asked = indexedDB.open("mingjing-queue", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("shots", { keyPath: "id", autoIncrement: true });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const inStore = async (mode, act) => {
    const base = await store();
    try {
      return await new Promise((resolve, reject) => {
        const tied = base.transaction("shots", mode);
        const asked = act(tied.objectStore("shots"));
        tied.oncomplete = () => resolve(asked.result);
        tied.onerror = tied.onabort = () => reject(tied.error);
      });
    } finally { base.close(); }
  };
  const queue = {
    add: (shot) => inStore("readwrite", (shots) => shots.add(shot)),
    put: (shot) => inStore("readwrite", (shots) => shots.put(shot)),
    drop: (id) => inStore("readwrite", (shots) => shots.delete(id)),
    list: () => inStore("readonly", (shots) => shots.getAll()),
  };

  const PHASES = { hash: "正在计算摘要", send: "正在上传", wait: "没有网络，等待续传", check: "正在校验收录" };
  const clock = (text) => text.slice(0, 16).replace("T", " ");

  const runQueue = (form) => {
    const list = form.querySelector("[data-queue-list]");
    const owner = form.dataset.owner || "";
    const rows = new Map();
    let busy = false;
    let again = false;

    const rowOf = (shot) => {
      if (rows.has(shot.id)) return rows.get(shot.id);
      const item = document.createElement("li");
      const name = document.createElement("strong");
      const words = document.createElement("small");
      name.textContent = `${shot.fields.shows}　${clock(shot.fields.started_at)}`;
      item.append(name, words);
      list.prepend(item);
      list.hidden = false;
      const made = { item, words, say: (phase, text) => { item.dataset.phase = phase; words.textContent = text; } };
      rows.set(shot.id, made);
      return made;
    };
    const discard = (shot, shown) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn";
      button.textContent = "丢弃";
      button.addEventListener("click", async () => { await queue.drop(shot.id); shown.item.remove(); rows.delete(shot.id); });
      shown.words.append(document.createElement("br"), button);
    };
    const show = async () => {
      for (const shot of await queue.list()) {
        if (shot.owner !== owner) continue;
        const shown = rowOf(shot);
        if (shot.error) { shown.say("failed", shot.error); discard(shot, shown); }
        else if (!shown.item.dataset.phase) shown.say("wait", `等待上传，设备摘要 ${shot.fields.sha256.slice(0, 16)}…`);
      }
    };
    const flush = async () => {
      if (busy) { again = true; return; } // a shot that comes meanwhile is not left waiting
      if (navigator.onLine === false) return;
      busy = true;
      again = false;
      try {
        for (const shot of await queue.list()) {
          if (shot.owner !== owner || shot.error) continue;
          const shown = rowOf(shot);
          const file = new File([shot.blob], shot.name, { type: shot.type });
          try {
            const done = await window.mjUpload.send(file, shot.fields, {
              endpoint: form.dataset.queue, worker: form.dataset.worker, told: ({ phase }) => shown.say(phase, PHASES[phase]),
            });
            await queue.drop(shot.id);
            shown.say("done", `已收录，按拍摄时间 ${clock(shot.fields.started_at)} 登记　`);
            const link = document.createElement("a");
            link.href = done.href;
            link.textContent = "查看";
            shown.words.append(link);
            form.dispatchEvent(new CustomEvent("mj:recorded", { bubbles: true, detail: done }));
          } catch (error) {
            if (error instanceof window.mjUpload.Refused && ![401, 403].includes(error.status)) {
              shot.error = error.message;
              await queue.put(shot);
              shown.say("failed", shot.error);
              discard(shot, shown);
            } else {
              shown.say("wait", error instanceof window.mjUpload.Refused ? "登录已失效，重新登录后自动上传。" : "没有网络，等待续传。");
              break;
            }
          }
        }
      } finally { busy = false; }
      if (again) flush();
    };
    const take = async (file) => {
      const fields = window.mjUpload.fieldsOf(form);
      const shows = form.elements.shows;
      fields.shows = fields.shows || (shows && shows.placeholder) || "现场记录";
      fields.started_at = moment(new Date(file.lastModified || Date.now()));
      fields.ended_at = "";
      // the bytes, not the file: what the camera lent may be gone when the network is back
      const blob = new Blob([await file.arrayBuffer()], { type: file.type });
      fields.sha256 = await digest(blob, form.dataset.worker);
      await queue.add({ owner, blob, name: file.name, type: file.type, fields });
    };

    addEventListener("online", flush);
    addEventListener("offline", show);
    setInterval(flush, 30000);
    show().then(flush);
    return { take, show, flush };
  };

  // the camera

  const capture = (root, lines) => {
    const input = root.querySelector("input[type=file]");
    const shots = root.querySelector("[data-capture-shots]");
    const state = root.querySelector("[data-capture-state]");
    input.dataset.captureHidden = "";
    input.addEventListener("change", async () => {
      const files = [...input.files];
      const drawn = files.map((file) => {
        const item = document.createElement("li");
        if (file.type.startsWith("image/")) {
          const image = document.createElement("img");
          image.src = URL.createObjectURL(file);
          image.alt = file.name;
          image.onload = () => URL.revokeObjectURL(image.src);
          item.append(image);
        } else {
          const name = document.createElement("small");
          name.textContent = file.name;
          item.append(name);
        }
        return item;
      });
      if (lines) shots.append(...drawn); // what is sent shot by shot stays in sight
      else shots.replaceChildren(...drawn);
      shots.hidden = !shots.children.length;
      state.textContent = files.length ? `已拍${files.length}份。` : "";
      if (!lines) return;
      input.value = ""; // at once: the next shot may come while this one is being kept
      for (const file of files) await lines.take(file);
      state.textContent = navigator.onLine === false ? "没有网络：已存在本机，恢复后自动上传。" : "已存入本机队列，正在上传。";
      await lines.show();
      lines.flush();
    });
  };

  document.addEventListener("DOMContentLoaded", () => {
    all("[data-sign]").forEach(sign);
    const lines = new Map(all("form[data-queue]").map((form) => [form, runQueue(form)]));
    all("[data-capture]").forEach((root) => capture(root, lines.get(root.closest("form"))));
    all("form[data-queue] [data-without-script]").forEach((part) => { part.hidden = true; });
  });
})();
