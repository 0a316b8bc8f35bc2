// Text that is written as bytes, character by character into one buffer: where lines are made by the million, a template string
// for each of them costs several times as much. Numbers are written as JavaScript writes them. Pure.

const zero = 0x30;

/** Decimals that are tried before JavaScript is asked for the digits, as a power of ten. */
const scales = [
  [3, 1e3],
  [6, 1e6],
  [9, 1e9],
] as const;

export class ByteText {
  #bytes: Uint8Array;
  #length = 0;

  constructor(roomBytes: number) {
    this.#bytes = new Uint8Array(roomBytes);
  }

  get length(): number {
    return this.#length;
  }

  /** What was written since the last time. */
  take(): Uint8Array {
    const bytes = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return bytes;
  }

  /** Makes room for so many bytes. The other functions, `put` apart, do not look whether there is any. */
  reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#length + bytes));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }

  /** Encoded text of any length; leaves `spare` bytes of room behind it. */
  put(bytes: Uint8Array, spare = 0): void {
    this.reserve(bytes.length + spare);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** One ASCII character. */
  putCode(code: number): void {
    this.#bytes[this.#length++] = code;
  }

  /** Short ASCII text. */
  putAscii(text: string): void {
    for (let i = 0; i < text.length; i++) this.#bytes[this.#length++] = text.charCodeAt(i);
  }

  /** As String(value), for finite numbers. */
  putNumber(value: number): void {
    if (Number.isInteger(value) && Math.abs(value) < 1e15) {
      this.#putWhole(value);
      return;
    }
    for (const [decimals, scale] of scales) {
      const scaled = Math.round(value * scale);
      // Equal only when these decimals are the value's own, since a quotient of whole numbers is rounded as a literal is.
      if (scaled / scale !== value || Math.abs(scaled) >= 1e15 || Math.abs(value) < 1e-6) continue;
      this.#putScaled(scaled, decimals, scale);
      return;
    }
    this.putAscii(String(value));
  }

  #putWhole(value: number): void {
    let rest = value;
    if (rest < 0) {
      this.putCode(0x2d);
      rest = -rest;
    }
    // Whole numbers below 2^31 are divided several times faster.
    if (rest >= 1e9) {
      const high = Math.floor(rest / 1e9);
      this.#putWhole(high);
      this.putDigits(rest - high * 1e9, 9);
      return;
    }
    let digits = 1;
    for (let power = 10; power <= rest; power *= 10) digits++;
    this.putDigits(rest, digits);
  }

  #putScaled(scaled: number, decimals: number, scale: number): void {
    let rest = scaled;
    if (rest < 0) {
      this.putCode(0x2d);
      rest = -rest;
    }
    const whole = Math.floor(rest / scale);
    let fraction = (rest - whole * scale) | 0;
    let digits = decimals;
    while (fraction % 10 === 0) {
      fraction = (fraction / 10) | 0;
      digits--;
    }
    this.#putWhole(whole);
    this.putCode(0x2e);
    this.putDigits(fraction, digits);
  }

  /** Exactly so many digits of a whole number below 1e9, zeros in front of it. */
  putDigits(value: number, digits: number): void {
    let rest = value | 0;
    for (let at = this.#length + digits - 1; at >= this.#length; at--) {
      const next = (rest / 10) | 0;
      this.#bytes[at] = zero + (rest - next * 10);
      rest = next;
    }
    this.#length += digits;
  }
}
