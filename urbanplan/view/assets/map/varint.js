// Numbers packed as text: variable-length integers and doubles, see urbanplan/view/map/pack.py and whatif.py.

/**
 * Natural numbers of seven bits a byte, low first, in base64.
 * @param {string} text
 */
export function decodeVarints(text) {
  const raw = atob(text);
  const out = new Float64Array(raw.length);
  let n = 0;
  let value = 0;
  let factor = 1;
  for (let i = 0; i < raw.length; i++) {
    const byte = raw.charCodeAt(i);
    value += (byte & 127) * factor;
    if (byte & 128) factor *= 128;
    else {
      out[n++] = value;
      value = 0;
      factor = 1;
    }
  }
  return out.subarray(0, n);
}

/**
 * Little-endian doubles in base64, exact.
 * @param {string} text
 */
export function decodeDoubles(text) {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return new Float64Array(bytes.buffer);
}

/**
 * Where each of consecutive runs begins, and where the last ends.
 * @param {ArrayLike<number>} counts length of each run
 */
export function offsetsOf(counts) {
  const out = new Int32Array(counts.length + 1);
  for (let i = 0; i < counts.length; i++) out[i + 1] = out[i] + counts[i];
  return out;
}
