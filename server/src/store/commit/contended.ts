/** Another program's transaction was in the way. Nothing was written; done again, it may succeed. */
export class Contended extends Error {
  constructor(cause: unknown) {
    super('Another transaction was in the way.', { cause })
    this.name = 'Contended'
  }
}
