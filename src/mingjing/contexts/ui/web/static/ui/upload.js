// Uploads that survive a lost connection (tus 1.0): the device hashes the file first, then sends it in parts; after a
// break it asks how far it came and goes on. Without script the form sends the files in one piece.
// Elsewhere: mjUpload.send(file, fields, {endpoint, worker, told}) → {href, recording}.
window.mjUpload = (() => {
  "use strict";
  const PART = 8 * 1024 * 1024;
  const WAITS = [1000, 2000, 4000, 8000, 15000, 30000, 60000];
  const TUS = "1.0.0";

  const token = () => {
    try { return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"]; } catch { return ""; }
  };
  const encode = (words) => {
    let text = "";
    new TextEncoder().encode(words).forEach((byte) => { text += String.fromCharCode(byte); });
    return btoa(text);
  };
  const metadata = (fields) => Object.entries(fields)
    .filter(([, value]) => value)
    .map(([name, value]) => `${name} ${encode(String(value))}`)
    .join(",");

  class Refused extends Error {
    constructor(answer, status) { super(answer.detail || "没有收录。"); this.answer = answer; this.status = status; }
  }

  const hash = (file, worker, told) => new Promise((resolve, reject) => {
    const work = new Worker(worker);
    work.onmessage = ({ data }) => {
      if (data.done !== undefined) told({ phase: "hash", done: data.done, of: file.size });
      if (data.digest) { work.terminate(); resolve(data.digest); }
      if (data.error) { work.terminate(); reject(new Error(data.error)); }
    };
    work.onerror = () => { work.terminate(); reject(new Error("摘要计算失败。")); };
    work.postMessage(file);
  });

  // waits, but not longer than until the network is back
  const pause = (milliseconds) => new Promise((resolve) => {
    let timer = 0;
    const go = () => { clearTimeout(timer); removeEventListener("online", go); resolve(); };
    timer = setTimeout(go, milliseconds);
    addEventListener("online", go);
  });

  const ask = async (method, address, headers = {}) => {
    const answer = await fetch(address, { method, headers: { "Tus-Resumable": TUS, "X-CSRFToken": token(), ...headers }, credentials: "same-origin" });
    if (answer.ok) return answer;
    if (answer.status >= 500 || answer.status === 423 || answer.status === 408) throw new Error(String(answer.status));
    const said = method === "HEAD" ? {} : await answer.json().catch(() => ({}));
    throw new Refused(said, answer.status);
  };

  const sendPart = (address, offset, part, told) => new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PATCH", address);
    request.setRequestHeader("Tus-Resumable", TUS);
    request.setRequestHeader("X-CSRFToken", token());
    request.setRequestHeader("Content-Type", "application/offset+octet-stream");
    request.setRequestHeader("Upload-Offset", String(offset));
    request.timeout = 120000;
    request.upload.onprogress = (event) => told(offset + event.loaded);
    request.onload = () => {
      if (request.status === 204) return resolve(Number(request.getResponseHeader("Upload-Offset")));
      if (request.status >= 500 || [408, 409, 423, 460].includes(request.status)) return reject(new Error(String(request.status)));
      let said = {};
      try { said = JSON.parse(request.responseText); } catch { /* no words */ }
      return reject(new Refused(said, request.status));
    };
    request.onerror = request.ontimeout = () => reject(new Error("offline"));
    request.send(part);
  });

  const remembered = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const remember = (key, value) => { try { if (value) localStorage.setItem(key, value); else localStorage.removeItem(key); } catch { /* private window */ } };

  const standing = async (address) => Number((await ask("HEAD", address)).headers.get("Upload-Offset"));

  const send = async (file, fields, { endpoint, worker, told = () => {} }) => {
    const sha256 = fields.sha256 || await hash(file, worker, told);
    const key = `mj-upload-${sha256}-${fields.subject || ""}`;
    let address = remembered(key);
    let offset = 0;
    if (address) {
      try { offset = await standing(address); } catch (error) { if (error instanceof Refused) address = null; else throw error; }
    }
    let tries = 0;
    while (!address) {
      try {
        const answer = await ask("POST", endpoint, {
          "Upload-Length": String(file.size),
          "Upload-Metadata": metadata({ filename: file.name, ...fields, sha256 }),
        });
        address = answer.headers.get("Location");
        remember(key, address);
      } catch (error) {
        if (error instanceof Refused || tries >= WAITS.length) throw error;
        told({ phase: "wait", done: 0, of: file.size });
        await pause(WAITS[tries]);
        tries += 1;
      }
    }
    tries = 0;
    while (offset < file.size) {
      try {
        const before = offset;
        offset = await sendPart(address, offset, file.slice(offset, offset + PART), (done) => told({ phase: "send", done, of: file.size }));
        if (offset > before) tries = 0;
      } catch (error) {
        if (error instanceof Refused) { remember(key, null); throw error; }
        if (tries >= WAITS.length) throw error;
        told({ phase: "wait", done: offset, of: file.size });
        await pause(WAITS[tries]);
        tries += 1;
        try { offset = await standing(address); } catch (failed) { if (failed instanceof Refused) { remember(key, null); throw failed; } }
      }
    }
    for (tries = 0; ;) {
      told({ phase: "check", done: file.size, of: file.size });
      try {
        const state = await (await ask("GET", address)).json();
        if (state.state === "done") { remember(key, null); return { ...state, sha256 }; }
        if (state.state === "failed") { remember(key, null); throw new Refused({ detail: state.error }, 422); }
        await pause(1500);
      } catch (error) {
        if (error instanceof Refused || tries >= WAITS.length) throw error;
        await pause(WAITS[tries]);
        tries += 1;
      }
    }
  };

  // the form

  const megabytes = (bytes) => (bytes >= 1024 ** 3 ? `${(bytes / 1024 ** 3).toFixed(2)} GB` : `${Math.max(0.1, bytes / 1024 ** 2).toFixed(1)} MB`);
  const WORDS = { hash: "正在计算摘要", send: "正在上传", wait: "连接中断，正在等待续传", check: "正在校验收录" };

  const local = (value) => {
    // what a field for a moment holds is local time: say so
    if (!value) return "";
    const minutes = -new Date(value).getTimezoneOffset();
    const two = (number) => String(Math.floor(Math.abs(number))).padStart(2, "0");
    return `${value}${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
  };

  const fieldsOf = (form) => {
    const given = Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === "string"));
    const [step_kind, step_code] = (given.step || "").split("|");
    return {
      kind: given.kind, shows: given.shows, subject: given.subject, place: given.place, device_no: given.device_no,
      step_kind, step_code, started_at: local(given.started_at), ended_at: local(given.ended_at),
    };
  };

  const row = (list, file) => {
    const item = document.createElement("li");
    const name = document.createElement("strong");
    const bar = document.createElement("progress");
    const words = document.createElement("small");
    name.textContent = file.name;
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    item.append(name, bar, words);
    list.append(item);
    return {
      told: ({ phase, done, of }) => {
        bar.value = of ? done / of : 0;
        words.textContent = `${WORDS[phase]}　${megabytes(done)} / ${megabytes(of)}`;
        item.dataset.phase = phase;
      },
      done: (state) => {
        bar.value = 1;
        item.dataset.phase = "done";
        words.textContent = `已收录，设备摘要 ${state.sha256.slice(0, 16)}… 核对一致　`;
        const link = document.createElement("a");
        link.href = state.href;
        link.textContent = "查看";
        words.append(link);
      },
      failed: (error) => {
        item.dataset.phase = "failed";
        words.textContent = error instanceof Refused ? error.message : "网络一直不通，已传的部分保留三天；网络恢复后重新点“上传”，从断开处接着传。";
        if (error.answer && error.answer.recording) {
          const link = document.createElement("a");
          link.href = `/media/${error.answer.recording}/`;
          link.textContent = "查看已收录的这一份";
          words.append("　", link);
        }
      },
    };
  };

  const kinds = (form) => {
    const kind = form.elements.kind && form.elements.kind.value;
    form.querySelectorAll("[data-only-kind]").forEach((part) => { part.hidden = !part.dataset.onlyKind.split(" ").includes(kind); });
    form.querySelectorAll("[data-unless-kind]").forEach((part) => { part.hidden = part.dataset.unlessKind.split(" ").includes(kind); });
    const file = form.querySelector("input[type=file]");
    if (file) file.accept = { photo: "image/*", video: "video/*", audio: "audio/*", scan: "image/*,application/pdf" }[kind] || "";
  };

  const submit = async (form) => {
    const files = [...form.querySelector("input[type=file]").files];
    const list = form.querySelector("[data-upload-list]");
    const button = form.querySelector("[data-upload-button]");
    list.hidden = false;
    list.replaceChildren();
    button.disabled = true;
    let last = null;
    let failed = 0;
    for (const file of files) {
      const shown = row(list, file);
      try {
        last = await send(file, fieldsOf(form), { endpoint: form.dataset.upload, worker: form.dataset.worker, told: shown.told });
        shown.done(last);
      } catch (error) {
        failed += 1;
        shown.failed(error);
      }
    }
    button.disabled = false;
    if (!failed) {
      form.dataset.done = "1";
      if (files.length === 1 && last) location.assign(last.href);
      else form.querySelector("input[type=file]").value = "";
    }
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("form[data-upload]").forEach((form) => {
      kinds(form);
      form.addEventListener("change", () => kinds(form));
      form.addEventListener("submit", (event) => {
        const file = form.querySelector("input[type=file]");
        if (form.elements.kind.value === "note" || !file.files.length || !form.elements.shows.value.trim()) return;
        event.preventDefault();
        submit(form);
      });
    });
  });
  addEventListener("beforeunload", (event) => {
    if (document.querySelector("[data-upload-list] [data-phase=send], [data-upload-list] [data-phase=hash]")) event.preventDefault();
  });

  return { send, hash, fieldsOf, Refused };
})();
