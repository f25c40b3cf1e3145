declare module 'snappyjs' {
  /** Throws when the bytes are damaged, or would become more than `maxLength`. */
  export function uncompress(compressed: Buffer, maxLength?: number): Buffer;
  export function compress(bytes: Buffer): Buffer;
}
