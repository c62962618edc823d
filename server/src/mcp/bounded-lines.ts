import { Transform, type TransformCallback } from 'node:stream'

/** Passes lines on, and fails at one that is too long, so that nobody has to keep it. */
export class BoundedLines extends Transform {
  readonly #most: number
  #bytes = 0

  constructor(most: number) {
    super()
    this.#most = most
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    const end = chunk.lastIndexOf('\n')
    this.#bytes = end < 0 ? this.#bytes + chunk.length : chunk.length - end - 1
    if (this.#bytes > this.#most) done(new Error(`A message has more than ${this.#most} bytes.`))
    else done(null, chunk)
  }
}
