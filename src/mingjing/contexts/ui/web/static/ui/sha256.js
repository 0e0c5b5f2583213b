// SHA-256 of a file, piece by piece, in a worker: the browser's own digest cannot take a file that does not fit in memory.
// Post a File or Blob; it answers {done} while it reads and {digest} at the end.
(() => {
  "use strict";
  const K = new Int32Array(64);
  const start = new Int32Array(8);
  (() => {
    // the first 32 bits of the fractional parts of the roots of the first primes, as FIPS 180-4 has it
    let found = 0;
    for (let number = 2; found < 64; number += 1) {
      let prime = true;
      for (let factor = 2; factor * factor <= number; factor += 1) if (number % factor === 0) prime = false;
      if (!prime) continue;
      const part = (root) => ((root - Math.floor(root)) * 4294967296) | 0;
      if (found < 8) start[found] = part(Math.sqrt(number));
      K[found] = part(Math.cbrt(number));
      found += 1;
    }
  })();
  const W = new Int32Array(64);

  const blocks = (state, bytes, from, until) => {
    for (let at = from; at < until; at += 64) {
      for (let i = 0, j = at; i < 16; i += 1, j += 4) {
        W[i] = (bytes[j] << 24) | (bytes[j + 1] << 16) | (bytes[j + 2] << 8) | bytes[j + 3];
      }
      for (let i = 16; i < 64; i += 1) {
        const x = W[i - 15];
        const y = W[i - 2];
        const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
        const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
        W[i] = (W[i - 16] + s0 + W[i - 7] + s1) | 0;
      }
      let a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
      for (let i = 0; i < 64; i += 1) {
        const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
        const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
        const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
        const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
      }
      state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e; state[5] += f; state[6] += g; state[7] += h;
    }
  };

  const digest = async (file, told) => {
    const state = Int32Array.from(start);
    const piece = 4 * 1024 * 1024; // a whole number of blocks
    let last = new Uint8Array(0);
    for (let at = 0; at < file.size; at += piece) {
      const bytes = new Uint8Array(await file.slice(at, at + piece).arrayBuffer());
      const whole = bytes.length - (bytes.length % 64);
      blocks(state, bytes, 0, whole);
      last = bytes.subarray(whole);
      told(Math.min(at + piece, file.size));
    }
    const end = new Uint8Array(last.length < 56 ? 64 : 128);
    end.set(last);
    end[last.length] = 0x80;
    const view = new DataView(end.buffer);
    view.setUint32(end.length - 8, Math.floor(file.size / 536870912));
    view.setUint32(end.length - 4, (file.size * 8) >>> 0);
    blocks(state, end, 0, end.length);
    return [...state].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  };

  self.onmessage = async (event) => {
    try {
      const found = await digest(event.data, (done) => self.postMessage({ done }));
      self.postMessage({ digest: found });
    } catch (error) {
      self.postMessage({ error: String(error) });
    }
  };
})();
