import type { Store } from '../../../src/store/store.ts'
import { movedByStore } from '../../../src/vault/gateways/test-ledger.ts'
import { eventually } from '../../harness/test-eventually.ts'
import type { TestNode } from '../../harness/test-nodes.ts'
import type { Ground } from './ground.ts'
import { openBeside } from './prepare-account.ts'

/** What all that was done in a case has come to. */
export interface Found {
  /** Sessions whose opening was answered; those of them that were charged, were seen approved, and were cancelled. */
  readonly opened: number
  readonly charged: number
  readonly approved: number
  readonly cancelled: number
  readonly told: number
  /** Everything that is not as it was promised, one sentence each. */
  readonly faults: readonly string[]
}

/** So long it may take until every outcome is known and every message is delivered: a gateway is asked after 30 and 90 s. */
const settlingMilliseconds = 120_000

/**
 * Brings everything to its end, and looks whether all is there: whatever is still open is cancelled, at any node; then the
 * gateway's books are those of the store, no outcome is unknown, no session is charged twice or held by a process that is not there, what was
 * answered is there and says the same, no line is muted, every end was told to the webhook, and no digit is in a log.
 */
export async function findFaults(ground: Ground): Promise<Found> {
  const { shop, gateway, receiver } = ground
  const store = await openBeside(ground.nodes.environment)
  try {
    const late: string[] = []
    const until = performance.now() + settlingMilliseconds
    const waitFor = async (what: string, isSo: () => Promise<readonly string[]>) => {
      let left = await retried(isSo)
      while (left.length > 0 && performance.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, 250))
        left = await retried(isSo)
      }
      if (left.length > 0) late.push(`${what}: ${left.length} (${left.slice(0, 3).join(', ')})`)
    }
    await waitFor('sessions that cannot be brought to an end', () => endOpen(ground, store))
    await waitFor('outcomes that stay unknown', () => unknownIn(store))
    await waitFor('the gateway’s books and the store differ', async () =>
      differences((await gateway.books()).moved, await movedByStore(store)),
    )
    await waitFor('lines that stay muted', async () => ground.phone.muted())
    await waitFor('messages that are not delivered', () => undelivered(store))
    const books = await gateway.books()
    const faults = [
      ...late,
      ...wrongAnswers(shop.answers),
      ...(shop.answers.has(500) ? some('why', failuresIn(ground.nodes.nodes)) : []),
      ...some('cards that were sent again after they were charged', books.again),
      ...some('sessions that were charged twice', twice(books.charged.map(captureOf))),
      ...some('sessions of processes that are not there', await orphans(store)),
      ...some('card entries that nobody was given', await unopened(store)),
      ...(await notAsAnswered(ground, new Set(books.charged.map(captureOf)))),
      ...some('ends that the webhook was not told', await untold(store, receiver.told)),
      ...some('logs with digits of a card', logsWithDigits(ground.nodes.nodes)),
    ]
    return {
      opened: shop.sold.length,
      charged: books.charged.length,
      approved: shop.sold.filter(({ approved }) => approved).length,
      cancelled: shop.sold.filter(({ cancelled }) => cancelled).length,
      told: receiver.told.length,
      faults,
    }
  } finally {
    await store.close()
  }
}

/** What no request here deserves, whatever goes wrong. */
const neverRight = [401, 404, 500, 502, 504]

const wrongAnswers = (answers: ReadonlyMap<number, number>): readonly string[] =>
  neverRight.flatMap((status) => (answers.has(status) ? [`${answers.get(status)} answers of ${status}`] : []))

const some = (what: string, found: readonly string[]): readonly string[] =>
  found.length === 0 ? [] : [`${what}: ${found.length} (${found.slice(0, 3).join(', ')})`]

/** The key of a payment is its capture session's GUID, and the number of the attempt. */
const captureOf = (key: string): string => key.replace(/-\d+$/, '')

const twice = (all: readonly string[]): readonly string[] =>
  [...Map.groupBy(all, (each) => each)].flatMap(([each, found]) => (found.length > 1 ? [each] : []))

/** Cancels what is open, each at another node than the last. @returns what is open for all that. */
async function endOpen({ shop, nodes }: Ground, store: Store): Promise<readonly string[]> {
  const open = store.prepare((db, _: object) =>
    db.selectFrom('payment_session').select('guid').where('state', 'in', ['Created', 'InProgress']),
  )
  const known = new Map(shop.sold.map((sold) => [sold.sessionGuid as string, sold]))
  const answers = new Map<string, string>()
  const living = nodes.living()
  await inLanes(await open.all(store.reader, {}), 64, async ({ guid }, at) => {
    const node = living[(at + Math.floor(Math.random() * living.length)) % living.length]
    const sold = known.get(guid) ?? { sessionGuid: guid, cancelled: false }
    const answer = node && (await shop.cancel(node, sold))
    answers.set(guid, `${answer?.status} ${answer?.text.slice(0, 300)}`)
  })
  const left = await open.all(store.reader, {})
  return left.map(({ guid }) => `${guid}: ${answers.get(guid)}`)
}

async function unknownIn(store: Store): Promise<readonly string[]> {
  const attempts = await store
    .prepare((db, _: object) =>
      db.selectFrom('charge_attempt').select('idempotency_key').where('answer', 'is', null),
    )
    .all(store.reader, {})
  const sessions = await store
    .prepare((db, _: object) =>
      db.selectFrom('payment_session').select('guid').where('awaits_outcome', '=', 1),
    )
    .all(store.reader, {})
  const followUps = await store
    .prepare((db, _: object) =>
      db.selectFrom('charge_follow_up').select('idempotency_key').where('answer', 'is', null),
    )
    .all(store.reader, {})
  return [...attempts.map((each) => each.idempotency_key), ...sessions.map(({ guid }) => guid)].concat(
    followUps.map((each) => each.idempotency_key),
  )
}

function differences(gateway: object, store: object): readonly string[] {
  const keys = new Set([...Object.keys(gateway), ...Object.keys(store)])
  const [ours, theirs] = [store, gateway] as Readonly<Record<string, unknown>>[]
  return [...keys].flatMap((key) => {
    const [here, there] = [JSON.stringify(ours?.[key]), JSON.stringify(theirs?.[key])]
    return here === there ? [] : [`${key}: the store has ${here}, the gateway ${there}`]
  })
}

async function orphans(store: Store): Promise<readonly string[]> {
  const rows = await store
    .prepare((db, _: object) =>
      db
        .selectFrom('capture_session')
        .select('guid')
        .where('state', '=', 'open')
        .where('owner', 'is not', null)
        .where((is) =>
          is.not(is.exists(is.selectFrom('node').select('id').whereRef('id', '=', 'capture_session.owner'))),
        ),
    )
    .all(store.reader, {})
  return rows.map(({ guid }) => guid)
}

/** What was launched for a payment session that was never written. */
async function unopened(store: Store): Promise<readonly string[]> {
  const rows = await store
    .prepare((db, _: object) =>
      db
        .selectFrom('capture_session')
        .select('guid')
        .where('state', '=', 'open')
        .where((is) =>
          is.not(
            is.exists(
              is
                .selectFrom('payment_session')
                .select('guid')
                .whereRef('provider_session_guid', '=', 'capture_session.guid'),
            ),
          ),
        ),
    )
    .all(store.reader, {})
  return rows.map(({ guid }) => guid)
}

/** A message that nobody has delivered yet, or given up. */
async function undelivered(store: Store): Promise<readonly string[]> {
  const rows = await store
    .prepare((db, _: object) => db.selectFrom('webhook_delivery').select('id').where('state', '=', 'waiting'))
    .all(store.reader, {})
  return rows.map(({ id }) => id)
}

/** Every session that has ended was told to the webhook, the last message last. */
async function untold(store: Store, told: Ground['receiver']['told']): Promise<readonly string[]> {
  const rows = await store
    .prepare((db, _: object) =>
      db
        .selectFrom('payment_session')
        .innerJoin('webhook_delivery', 'webhook_delivery.session_guid', 'payment_session.guid')
        .select(['payment_session.guid', 'payment_session.state'])
        .where('webhook_delivery.state', '=', 'delivered'),
    )
    .all(store.reader, {})
  const last = new Map(told.map(({ sessionGuid, state }) => [sessionGuid, state]))
  return rows.flatMap(({ guid, state }) =>
    last.get(guid) === state ? [] : [`${guid}: ${state}, told ${last.get(guid)}`],
  )
}

/** What was answered before is there, and is so. */
async function notAsAnswered({ shop, nodes }: Ground, charged: ReadonlySet<string>): Promise<string[]> {
  const faults: string[] = []
  const living = nodes.living()
  await inLanes(shop.sold, 16, async (sold, at) => {
    const node = living[at % living.length]
    const session = node && (await eventually(async () => shop.look(node, sold)).catch(() => undefined))
    const { sessionGuid, providerSessionGuid, approved, cancelled, reference } = sold
    if (!session) return void faults.push(`${sessionGuid} was answered and is lost`)
    const { sessionState, paymentResultData } = session
    const say = (text: string) => faults.push(`${sessionGuid} ${text}, and is ${sessionState}`)
    if (session.providerSessionGuid !== providerSessionGuid) say('has changed its provider session')
    if (approved && sessionState !== 'Finished') say('was approved')
    if (approved && !charged.has(providerSessionGuid)) say('was approved, was not charged')
    if (cancelled && sessionState !== 'Cancelled') say('was cancelled')
    if (cancelled && charged.has(providerSessionGuid)) say('was cancelled, was charged')
    const named = paymentResultData?.MerchantReferenceCode ?? reference
    if (named !== reference) say(`has the reference ${named}`)
  })
  return faults
}

/** The card's number, or half of it, however it is written. */
const digits = /5\D?2\D?0\D?0\D?8\D?2\D?8\D?2|8\D?2\D?8\D?2\D?8\D?2\D?1\D?0/

/** What a log says of requests that failed by a fault of the server. */
const failuresIn = (nodes: readonly TestNode[]): readonly string[] =>
  nodes.flatMap((node) =>
    node
      .log()
      .split('\n')
      .filter((line) => /"status":500/.test(line))
      .map((line) => {
        const { method, route, err } = JSON.parse(line)
        return `${method} ${route}: ${err?.message} ${err?.stack?.split('\n').slice(1, 4).join(' ')}`
      }),
  )

const logsWithDigits = (nodes: readonly TestNode[]): readonly string[] =>
  nodes.flatMap((node) =>
    node
      .log()
      .split('\n')
      .filter((line) => digits.test(line)),
  )

/** Right after a fault the database may still be away. */
async function retried<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await ask()
    } catch (error) {
      if (tries === 20) throw error
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
  }
}

/** So many at a time. */
export async function inLanes<T>(
  all: readonly T[],
  lanes: number,
  act: (each: T, at: number) => Promise<unknown>,
): Promise<void> {
  let next = 0
  const lane = async () => {
    for (let at = next++; at < all.length; at = next++) await act(all[at] as T, at)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}
