import type { Guid } from '../../base/guid.ts'
import { createLanes } from '../../base/lanes.ts'
import { within } from '../../base/within.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Provider } from '../provider.ts'
import type { ViewRows } from './view-rows.ts'

const retryMilliseconds = 1000
/** A process that closes waits no longer for a provider that it has told: the next one tells it again. */
const closingMilliseconds = 2_000

/**
 * Tells providers of views that are to end, until they have taken it. Providers take turns, so that one that does not
 * answer keeps no view open at another.
 */
export function createCloseViews({
  store,
  clock,
  log,
  provider,
  rows,
}: Pick<StoreParts, 'store' | 'clock' | 'log'> & {
  readonly provider: Pick<Provider, 'closeView'>
  readonly rows: ViewRows
}) {
  /** A configuration has one provider. */
  const lanes = createLanes<EndingView>({ clock, roomAgain: closeNext })
  /** Sessions whose view waits for its turn to be closed, or has it. */
  const held = new Set<string>()
  const underWay = new Set<Promise<void>>()
  /** When a view whose provider was not reached is closed again. */
  const retryAt = new Map<string, number>()

  async function close({ guid, providerSessionGuid }: EndingView): Promise<boolean> {
    try {
      await provider.closeView(providerSessionGuid)
      await store.write((tx) => rows.mark.run(tx, { guid, from: 'ending', to: 'closed' }))
      retryAt.delete(guid)
      log.info({ sessionGuid: guid }, 'an agent view was closed')
      return true
    } catch (error) {
      if (!retryAt.has(guid)) {
        log.warn({ err: error, sessionGuid: guid }, 'an agent view could not be closed; retrying')
      }
      retryAt.set(guid, clock.now() + retryMilliseconds)
      return false
    }
  }

  function closeNext(): void {
    for (let next = lanes.next(); next; next = lanes.next()) {
      const [lane, view] = next
      const turn = lanes.begin(lane)
      const closing = close(view).then((isClosed) => {
        held.delete(view.guid)
        underWay.delete(closing)
        turn.end(isClosed)
        closeNext()
      })
      underWay.add(closing)
    }
  }

  async function closeEnding(): Promise<void> {
    const ending = await rows.ending.all(store.reader, {})
    const guids = new Set(ending.map(({ guid }) => guid))
    for (const guid of retryAt.keys()) if (!guids.has(guid)) retryAt.delete(guid)
    for (const { guid, provider_session_guid, account_id, configuration_id } of ending) {
      if (held.has(guid) || (retryAt.get(guid) ?? 0) > clock.now()) continue
      held.add(guid)
      const view = { guid, providerSessionGuid: provider_session_guid as Guid }
      lanes.put(lanes.of(`${account_id}/${configuration_id}`), [view])
    }
    closeNext()
  }

  return {
    /** Begins to close those that are written down as ending. */
    closeEnding,
    /** Resolves when nothing of it is under way. */
    async close(): Promise<void> {
      lanes.empty()
      await within(Promise.all(underWay), closingMilliseconds, clock)
    },
  }
}

interface EndingView {
  readonly guid: string
  readonly providerSessionGuid: Guid
}
