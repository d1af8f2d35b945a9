/**
 * @file Binary arithmetic coding with adaptive probabilities: the bits a message really takes under a model that learns as
 * it goes, so no table of frequencies has to be sent.
 *
 * The words are prefix-free: the last bits name a dyadic interval inside the message's own, so whatever follows them in a
 * file changes nothing, and Σ 2^(−bits) ≤ 1 over all messages. Source: Witten, Neal and Cleary (1987); the estimate of a
 * bit's probability is that of Krichevsky and Trofimov (1981), (ones + ½)/(n + 1).
 */

const whole = 2 ** 32;
const half = whole / 2;
const quarter = whole / 4;
/** Probabilities are multiples of 2^−16, never 0 or 1. */
const grain = 2 ** 16;

/** What is known of one kind of bit: how often it was 0 and 1 so far. */
export class AdaptiveBit {
  private readonly counts = [0, 0] as [number, number];

  /** The probability of a 1, in units of 2^−16. */
  get one(): number {
    const [zeros, ones] = this.counts;
    const share = Math.round((grain * (ones + 0.5)) / (zeros + ones + 1));
    return Math.min(grain - 1, Math.max(1, share));
  }

  /** Takes note of a bit. */
  learn(bit: number): void {
    this.counts[bit as 0 | 1]++;
  }
}

/** Turns bits into a code word. */
export class ArithmeticEncoder {
  private low = 0;
  private high = whole - 1;
  private pending = 0;
  private length = 0;
  private bytes = new Uint8Array(256);

  /** Appends a bit by what its context knows, and teaches the context. */
  adaptive(bit: number, context: AdaptiveBit): void {
    this.put(bit, context.one);
    context.learn(bit);
  }

  /** Appends the lowest `count` bits of a whole number, each at probability ½, the highest first. */
  uniform(value: number, count: number): void {
    for (let i = count - 1; i >= 0; i--) this.put(Math.floor(value / 2 ** i) % 2, grain / 2);
  }

  /**
   * Ends the word.
   * @returns its bits, filled up to whole bytes with zeros, and their number
   */
  finish(): { bytes: Uint8Array; bits: number } {
    this.pending++;
    this.emit(this.low < quarter ? 0 : 1);
    return { bytes: this.bytes.slice(0, Math.ceil(this.length / 8)), bits: this.length };
  }

  private put(bit: number, one: number): void {
    const split = this.low + Math.floor(((this.high - this.low + 1) * one) / grain) - 1;
    if (bit === 1) this.high = split;
    else this.low = split + 1;
    for (;;) {
      let shift = 0;
      if (this.high < half) this.emit(0);
      else if (this.low >= half) {
        this.emit(1);
        shift = half;
      } else if (this.low >= quarter && this.high < 3 * quarter) {
        this.pending++;
        shift = quarter;
      } else return;
      this.low = 2 * (this.low - shift);
      this.high = 2 * (this.high - shift) + 1;
    }
  }

  /** Writes a bit and the opposite ones that waited for it. */
  private emit(bit: number): void {
    this.write(bit);
    for (; this.pending > 0; this.pending--) this.write(1 - bit);
  }

  private write(bit: number): void {
    const at = this.length >> 3;
    if (at === this.bytes.length) {
      const longer = new Uint8Array(2 * at);
      longer.set(this.bytes);
      this.bytes = longer;
    }
    this.bytes[at]! |= bit << (7 - (this.length & 7));
    this.length++;
  }
}

/** Reads a code word; bits beyond the end of the bytes read as zeros. */
export class ArithmeticDecoder {
  private low = 0;
  private high = whole - 1;
  private value = 0;
  private position = 0;

  constructor(private readonly bytes: Uint8Array) {
    for (let i = 0; i < 32; i++) this.value = 2 * this.value + this.read();
  }

  /** The next bit, by the same context as in the encoder. */
  adaptive(context: AdaptiveBit): number {
    const bit = this.take(context.one);
    context.learn(bit);
    return bit;
  }

  /** A whole number of `count` bits at probability ½ each. */
  uniform(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value = 2 * value + this.take(grain / 2);
    return value;
  }

  private take(one: number): number {
    const split = this.low + Math.floor(((this.high - this.low + 1) * one) / grain) - 1;
    const bit = this.value <= split ? 1 : 0;
    if (bit === 1) this.high = split;
    else this.low = split + 1;
    for (;;) {
      let shift = 0;
      if (this.high >= half) {
        if (this.low >= half) shift = half;
        else if (this.low >= quarter && this.high < 3 * quarter) shift = quarter;
        else return bit;
      }
      this.low = 2 * (this.low - shift);
      this.high = 2 * (this.high - shift) + 1;
      this.value = 2 * (this.value - shift) + this.read();
    }
  }

  private read(): number {
    const byte = this.bytes[this.position >> 3] ?? 0;
    return (byte >> (7 - (this.position++ & 7))) & 1;
  }
}
