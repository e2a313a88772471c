/**
 * RC4 with a running key stream: each call goes on where the last one stopped, as [MS-NLMP] 3.4.3 asks of
 * a sealing handle. Ours, because OpenSSL 3 has no RC4 outside its legacy provider.
 */
export class Rc4 {
  readonly #state = new Uint8Array(256);
  #i = 0;
  #j = 0;

  constructor(key: Uint8Array) {
    const state = this.#state;
    for (let i = 0; i < 256; i++) state[i] = i;
    let j = 0;
    for (let i = 0; i < 256; i++) {
      const si = state[i] ?? 0;
      j = (j + si + (key[i % key.length] ?? 0)) & 0xff;
      state[i] = state[j] ?? 0;
      state[j] = si;
    }
  }

  /** Encrypts or decrypts (the same thing) into a new buffer. */
  update(input: Uint8Array): Buffer {
    const output = Buffer.allocUnsafe(input.length);
    const state = this.#state;
    let i = this.#i;
    let j = this.#j;
    for (let n = 0; n < input.length; n++) {
      i = (i + 1) & 0xff;
      const si = state[i] ?? 0;
      j = (j + si) & 0xff;
      const sj = state[j] ?? 0;
      state[i] = sj;
      state[j] = si;
      output[n] = (input[n] ?? 0) ^ (state[(si + sj) & 0xff] ?? 0);
    }
    this.#i = i;
    this.#j = j;
    return output;
  }
}
