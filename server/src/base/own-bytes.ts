/**
 * Bytes for a secret, zeros at first, that stay where they are until whoever has them overwrites them. What Node.js
 * makes of up to 64 bytes by itself (`Buffer.alloc`, `new Uint8Array`) lies on V8's heap, whose collector moves it and
 * leaves the former place as it was; and other small buffers are pieces of a pool.
 */
export const ownBytes = (length: number): Buffer<ArrayBuffer> => Buffer.from(new ArrayBuffer(length))
