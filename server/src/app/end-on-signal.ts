import type { Parts } from '../base/parts.ts'
import { within } from '../base/within.ts'
import type { Config } from '../config/config.ts'
import type { Tonegate } from './app.ts'
import { exitCodes } from './start-error.ts'

/**
 * Ends a process that is told to by a signal, in this order: it says that it is not ready and still answers, so that balancers
 * send nothing more; it takes no more connections, ends its streams and leaves its sessions to other servers; and it waits for
 * what is being charged. All of it is over within a bound, and what a gateway has not answered by then is looked up there by the
 * next process. A second signal ends the first wait and no charge.
 *
 * @param exit ends the process with a code.
 * @returns what is to be told of each signal.
 */
export function createEnding({
  tonegate,
  config: { mode, life },
  clock,
  log,
  exit,
}: Pick<Parts, 'clock' | 'log'> & {
  readonly tonegate: Pick<Tonegate, 'drain' | 'close'>
  readonly config: Pick<Config, 'mode' | 'life'>
  readonly exit: (code: number) => void
}): (signal: string) => void {
  const { drainSeconds, stopSeconds } = life
  const hurry = Promise.withResolvers<void>()
  let isEnding = false

  async function end(signal: string): Promise<void> {
    const startedAt = clock.elapsed()
    log.info({ signal, drainSeconds, stopSeconds }, 'stopping')
    tonegate.drain()
    if (drainSeconds > 0) await within(hurry.promise, drainSeconds * 1000, clock)
    const left = stopSeconds * 1000 - (clock.elapsed() - startedAt)
    const isClosed = await within(
      tonegate.close().then(() => true),
      left,
      clock,
    )
    if (isClosed) log.info('stopped')
    else {
      log.error(
        { stopSeconds },
        'stopped before everything was done: what is under way at a gateway is looked up there at the next start',
      )
    }
    exit(isClosed ? 0 : exitCodes.failed)
  }

  return (signal) => {
    if (!isHeeded(signal, mode)) {
      log.warn('SIGHUP changes nothing: the configuration is read at the start')
      return
    }
    if (isEnding) {
      log.info({ signal }, 'already stopping: payments that are being charged are waited for')
      hurry.resolve()
      return
    }
    isEnding = true
    end(signal).catch((error) => {
      log.fatal({ err: error }, 'could not stop in order')
      exit(exitCodes.failed)
    })
  }
}

/**
 * The same for a process that is still starting: it ends at once, since all that it has begun is whole or not there. As the
 * first process of a container it would otherwise not hear the signal at all.
 */
export const createStartEnding =
  ({ mode, exit }: Pick<Config, 'mode'> & { readonly exit: (code: number) => void }) =>
  (signal: string): void => {
    if (isHeeded(signal, mode)) exit(0)
  }

/** SIGHUP is not, in production: nobody has closed a terminal. */
const isHeeded = (signal: string, mode: Config['mode']): boolean =>
  signal !== 'SIGHUP' || mode !== 'production'
