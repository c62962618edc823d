import { StoreUnavailable } from '../store-unavailable.ts'

/** Another program's transaction was in the way. Nothing was written; done again, it may succeed. */
export class Contended extends Error {
  constructor(cause: unknown) {
    super('Another transaction was in the way.', { cause })
    this.name = 'Contended'
  }
}

/** What is said of it to whoever asked, once it is not tried again. Anything else is left as it is. */
export const withoutContention = (error: unknown): unknown =>
  error instanceof Contended
    ? new StoreUnavailable('other transactions are in the way', error, 'server')
    : error
