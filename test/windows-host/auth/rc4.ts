/** The RC4 key stream that NTLM seals with (MS-NLMP 3.4.3). One instance is one direction of one connection. */
export class Rc4 {
  readonly #permutation = new Uint8Array(256);
  #i = 0;
  #j = 0;

  constructor(key: Buffer) {
    const s = this.#permutation;
    for (let i = 0; i < 256; i++) s[i] = i;
    for (let i = 0, j = 0; i < 256; i++) {
      j = (j + (s[i] ?? 0) + (key[i % key.length] ?? 0)) & 0xff;
      [s[i], s[j]] = [s[j] ?? 0, s[i] ?? 0];
    }
  }

  /** Encrypts or decrypts, and moves the key stream on by as many bytes. */
  transform(input: Buffer): Buffer {
    const s = this.#permutation;
    const output = Buffer.allocUnsafe(input.length);
    let i = this.#i;
    let j = this.#j;
    for (let n = 0; n < input.length; n++) {
      i = (i + 1) & 0xff;
      const a = s[i] ?? 0;
      j = (j + a) & 0xff;
      const b = s[j] ?? 0;
      s[i] = b;
      s[j] = a;
      output[n] = (input[n] ?? 0) ^ (s[(a + b) & 0xff] ?? 0);
    }
    this.#i = i;
    this.#j = j;
    return output;
  }
}
