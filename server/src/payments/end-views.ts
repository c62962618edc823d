import { sql } from 'kysely'
import type { Guid } from '../base/guid.ts'
import { createLanes } from '../base/lanes.ts'
import { within } from '../base/within.ts'
import type { FindEnded } from '../identity/tokens/find-ended.ts'
import type { StoreParts } from '../store/parts.ts'
import type { Store } from '../store/store.ts'
import { accessIn } from './opener.ts'
import type { Provider } from './provider.ts'

const lookEveryMilliseconds = 500
const retryMilliseconds = 1000
/** A process that closes waits no longer for a provider that it has told: the next one tells it again. */
const closingMilliseconds = 2_000

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
  const statements = prepareStatements(store)
  /** A configuration has one provider. */
  const lanes = createLanes<EndingView>({ clock, roomAgain: closeNext })
  /** Sessions whose view waits for its turn to be closed, or has it. */
  const held = new Set<string>()
  const underWay = new Set<Promise<void>>()
  /** When a view whose provider was not reached is closed again. */
  const retryAt = new Map<string, number>()
  let looking: Promise<void> | undefined
  let failing = false
  let stop = () => {}

  /** One session of each opener: the one whose token is the oldest, so that it ends first. */
  async function openers() {
    const found = []
    for (let after = ''; ; ) {
      const row = await statements.nextOpener.first(store.reader, { after })
      if (!row?.opened_by) return found
      found.push({ ...accessIn(row), opener: row.opened_by })
      after = row.opened_by
    }
  }

  async function markEnding(opener: string): Promise<void> {
    const rows = await statements.ofOpener.all(store.reader, { opener })
    const ended = await findEnded(rows.map((row) => ({ ...accessIn(row), guid: row.guid })))
    await store.write(async (tx) => {
      for (const { guid } of ended) await statements.mark.run(tx, { guid, from: 'open', to: 'ending' })
    })
    for (const { guid, userId, clientId } of ended) {
      log.info(
        { sessionGuid: guid, clientId, userId },
        'the user or client that opened a session lost access',
      )
    }
  }

  async function close({ guid, providerSessionGuid }: EndingView): Promise<boolean> {
    try {
      await provider.closeView(providerSessionGuid)
      await store.write((tx) => statements.mark.run(tx, { guid, from: 'ending', to: 'closed' }))
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
    const rows = await statements.ending.all(store.reader, {})
    const guids = new Set(rows.map(({ guid }) => guid))
    for (const guid of retryAt.keys()) if (!guids.has(guid)) retryAt.delete(guid)
    for (const { guid, provider_session_guid, account_id, configuration_id } of rows) {
      if (held.has(guid) || (retryAt.get(guid) ?? 0) > clock.now()) continue
      held.add(guid)
      const view = { guid, providerSessionGuid: provider_session_guid as Guid }
      lanes.put(lanes.of(`${account_id}/${configuration_id}`), [view])
    }
    closeNext()
  }

  async function look(): Promise<void> {
    try {
      for (const { opener } of await findEnded(await openers())) await markEnding(opener)
      await closeEnding()
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
      lanes.empty()
      await within(Promise.all(underWay), closingMilliseconds, clock)
    },
  }
}

interface EndingView {
  readonly guid: string
  readonly providerSessionGuid: Guid
}

const openerColumns = ['opened_by', 'token_made_at', 'account_id', 'agent_id'] as const

function prepareStatements(store: Store) {
  const withView = (db: Database, view: 'open' | 'ending') =>
    db.selectFrom('payment_session').where('ended_at', 'is', null).where('agent_view', '=', sql.lit(view))
  return {
    /** From one opener to the next: a step in an index, however many sessions each has. */
    nextOpener: store.prepare((db, p: { after: string }) =>
      withView(db, 'open')
        .select(openerColumns)
        .where('opened_by', '>', p.after)
        .orderBy('opened_by')
        .orderBy('token_made_at')
        .limit(1),
    ),
    ofOpener: store.prepare((db, p: { opener: string }) =>
      withView(db, 'open')
        .select([...openerColumns, 'guid'])
        .where('opened_by', '=', p.opener),
    ),
    ending: store.prepare((db, _: object) =>
      withView(db, 'ending')
        .select(['guid', 'provider_session_guid', 'account_id', 'configuration_id'])
        .orderBy('guid')
        .limit(10_000),
    ),
    mark: store.prepare((db, p: { guid: string; from: 'open' | 'ending'; to: 'ending' | 'closed' }) =>
      db
        .updateTable('payment_session')
        .set({ agent_view: p.to })
        .where('guid', '=', p.guid)
        .where('agent_view', '=', p.from),
    ),
  }
}

type Database = Parameters<Parameters<Store['prepare']>[0]>[0]
