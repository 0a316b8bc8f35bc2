// What pure folders may use beyond the language itself: nothing with a clock, a socket, a file or an environment.

declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(input?: Uint8Array): string;
}

declare class TextEncoder {
  encode(text: string): Uint8Array;
}
