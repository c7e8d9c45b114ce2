/** 256 KiB: the largest input, output or result of a state, in bytes of UTF-8. */
const MAX_BYTES = 262_144;

/**
 * A JSON document that travels between states. The text is kept as it came, since AWS hands data that no state
 * touched on byte for byte; the value is parsed when something asks for it.
 */
export class Json {
  readonly text: string;
  #value: unknown;

  private constructor(text: string) {
    this.text = text;
  }

  /** @param text well-formed JSON */
  static parse(text: string): Json {
    return new Json(text);
  }

  static of(value: unknown): Json {
    return new Json(JSON.stringify(value) ?? 'null');
  }

  /** An array of documents, each as it is. */
  static list(items: readonly Json[]): Json {
    return new Json(`[${items.map(item => item.text).join(',')}]`);
  }

  /** An object of documents, each as it is. */
  static object(members: Readonly<Record<string, Json>>): Json {
    return new Json(`{${Object.entries(members).map(([key, { text }]) => `${JSON.stringify(key)}:${text}`)}}`);
  }

  get value(): unknown {
    if (this.#value === undefined) this.#value = JSON.parse(this.text);
    return this.#value;
  }

  get tooLarge(): boolean {
    return isTooLarge(this.text);
  }
}

export function isTooLarge(text: string): boolean {
  // A UTF-16 unit is at most three bytes of UTF-8, so short texts need no counting.
  return text.length * 3 > MAX_BYTES && Buffer.byteLength(text) > MAX_BYTES;
}
