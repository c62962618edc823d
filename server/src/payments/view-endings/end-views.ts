import type { FindEnded } from '../../identity/tokens/find-ended.ts'
import type { StoreParts } from '../../store/parts.ts'
import { accessIn } from '../opener.ts'
import type { Provider } from '../provider.ts'
import { createCloseViews } from './close-views.ts'
import { prepareViewRows } from './view-rows.ts'

const lookEveryMilliseconds = 500

/**
 * Ends the agent's view of an open session with the access of whoever opened it, while the session goes on for back end
 * and customer. Twice a second it looks who has lost theirs, in what the rows say, so that nobody need announce it. That a
 * view is to end is written down, and the provider told until it has taken it, by the next process too. Providers take
 * turns, so that one that does not answer keeps no view open at another.
 */
export function createViewEndings({
  store,
  clock,
  log,
  provider,
  findEnded,
}: Pick<StoreParts, 'store' | 'clock' | 'log'> & {
  readonly provider: Pick<Provider, 'closeView'>
  readonly findEnded: FindEnded
}) {
  const rows = prepareViewRows(store)
  const closing = createCloseViews({ store, clock, log, provider, rows })
  let looking: Promise<void> | undefined
  let failing = false
  let stop = () => {}

  /** One session of each opener: the one whose token is the oldest, so that it ends first. */
  async function openers() {
    const found = []
    for (let after = ''; ; ) {
      const row = await rows.nextOpener.first(store.reader, { after })
      if (!row?.opened_by) return found
      found.push({ ...accessIn(row), opener: row.opened_by })
      after = row.opened_by
    }
  }

  async function markEnding(opener: string): Promise<void> {
    const opened = await rows.ofOpener.all(store.reader, { opener })
    const ended = await findEnded(opened.map((row) => ({ ...accessIn(row), guid: row.guid })))
    await store.write(async (tx) => {
      for (const { guid } of ended) await rows.mark.run(tx, { guid, from: 'open', to: 'ending' })
    })
    for (const { guid, userId, clientId } of ended) {
      log.info(
        { sessionGuid: guid, clientId, userId },
        'the user or client that opened a session lost access',
      )
    }
  }

  async function look(): Promise<void> {
    try {
      for (const { opener } of await findEnded(await openers())) await markEnding(opener)
      await closing.closeEnding()
      failing = false
    } catch (error) {
      if (!failing) log.error({ err: error }, 'ended accesses could not be read; retrying')
      failing = true
    }
  }

  return {
    start(): void {
      stop = clock.every(lookEveryMilliseconds, () => {
        looking ??= look().finally(() => {
          looking = undefined
        })
      })
    },
    /** Resolves when nothing of it is under way. */
    async close(): Promise<void> {
      stop()
      await looking
      await closing.close()
    },
  }
}
