import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { SessionResult } from '@tonegate/protocol/outcome'
import { createMovableClock } from '../../base/clock.ts'
import { createGuids } from '../../base/guid.ts'
import { createLog } from '../../base/log.ts'
import { createOutgoing } from '../../base/outgoing/create-outgoing.ts'
import type { Outgoing } from '../../base/outgoing/outgoing.ts'
import { systemRandom } from '../../base/random.ts'
import { joinNodes } from '../../store/nodes/join-nodes.ts'
import { openSqlite } from '../../store/sqlite.ts'
import type { Store } from '../../store/store.ts'
import { gatewayKinds } from '../gateways/kinds.ts'
import { type SentNotification, sharedGateways } from '../model/gateway.ts'
import { region, testSealer, wideLimits } from '../test-vault.ts'
import { createVault } from '../vault.ts'

/** What two processes share, of which the second goes on where the first was killed. */
export interface ChargingFolder {
  /** The database. */
  readonly file: string
  /** Where the results are written that are handed upwards, a line each. */
  readonly resultsFile: string
  /** What time it is (milliseconds since the epoch), for the gateway's double and for the next process. */
  readonly timeFile: string
  /** The gateway's kind and its settings, which lead to its double. */
  readonly kind: string
  readonly settings: object
  /** The first request is not answered, ever: time passes while it is waited for. */
  readonly firstAnswer?: 'never'
}

/** A notification as it comes in. */
export interface Told {
  readonly headers: SentNotification['headers']
  readonly body: string
}

/** Between what is written, asked and reported. */
export type Between = <Parameters extends readonly unknown[], Answer>(
  what: 'write' | 'ask' | 'report',
  step: (...parameters: Parameters) => Promise<Answer>,
) => (...parameters: Parameters) => Promise<Answer>

/** Longer than the outcome of a payment is looked for. */
const log = createLog('silent')

const longest = 4 * 24 * 3_600_000

/**
 * A vault with a gateway as an account has it, over real connections. Ten seconds pass each millisecond, and the more the
 * longer it takes; and none while an answer is waited for that will come: however busy the machine is.
 */
export async function startChargingVault(folder: ChargingFolder, between: Between = (_what, step) => step) {
  const { file, resultsFile, timeFile, kind, settings } = folder
  const began = existsSync(timeFile) ? Number(readFileSync(timeFile, 'utf8')) : Date.now()
  const time = passTime(began)
  const { clock } = time
  const opened = await time.standing(() => openSqlite(file))
  await time.standing(() => joinNodes(opened, { clock, log, alone: true }))
  const write: Store['write'] = (operation) => time.standing(() => opened.write(operation))
  const store: Store = { ...opened, write: (operation) => between('write', () => write(operation))() }
  const { send, asked, close } = createAsking(folder, time, between)
  const gateway = gatewayKinds[kind]?.create({ settings: settings as never, send, sendInside: send, clock })
  if (!gateway) throw new Error(`There is no gateway of the kind ${kind}.`)
  const parts = {
    clock,
    log,
    region,
    linkSenders: {},
    messageLimits: wideLimits,
    random: systemRandom,
    newGuid: createGuids({ clock, random: systemRandom }),
    sealer: testSealer,
    gateways: sharedGateways({ test: gateway }),
    onProgress: () => {},
    onResult: between('report', async (result: SessionResult) =>
      appendFileSync(resultsFile, `${JSON.stringify(result)}\n`),
    ),
  }
  const vault = createVault({ ...parts, store })
  const unsettled = prepareUnsettled(opened)

  return {
    vault,
    /** Another server's vault on the same database, not stopped between its steps. */
    createAnother: () =>
      time.standing(async () => {
        const another = await openSqlite(file)
        await joinNodes(another, { clock, log })
        return createVault({ ...parts, store: another })
      }),
    /** When the gateway is asked for the first time. */
    asked,
    /** Lets the gateway tell what it has to tell by then. */
    take: (tell: (now: number) => Promise<readonly Told[]>): Promise<void> =>
      time.standing(async () => {
        for (const { headers, body } of await tell(clock.now())) {
          await vault.notifications.take({ tenant: 7, name: 'test' }, { headers, body: Buffer.from(body) })
        }
      }),
    /** When everything has been answered and reported, or will never be. */
    async settled(): Promise<void> {
      while ((await unsettled.all(opened.reader, {})).length > 0 && clock.now() < began + longest) {
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    },
    async close(): Promise<void> {
      await time.stop()
      await vault.close()
      await close()
      await opened.close()
    },
  }
}

/** Lets time pass, from when it is. */
function passTime(began: number) {
  const clock = createMovableClock(began)
  let underWay = 0
  let isStopped = false
  let leaping = Promise.resolve()
  const passing = pass()

  async function pass(): Promise<void> {
    while (!isStopped) {
      if (underWay === 0) leaping = clock.leap(Math.max(10_000, (clock.now() - began) / 20))
      await leaping
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }

  return {
    clock,
    /** Time stands still meanwhile: it is begun when a leap that is under way is over. */
    async standing<Answer>(act: () => Promise<Answer>): Promise<Answer> {
      underWay += 1
      try {
        await leaping
        return await act()
      } finally {
        underWay -= 1
      }
    },
    stop(): Promise<void> {
      isStopped = true
      return passing
    },
  }
}

/** The way out to the gateway's double. */
function createAsking(
  { timeFile, firstAnswer }: ChargingFolder,
  { clock, standing }: ReturnType<typeof passTime>,
  between: Between,
) {
  const outgoing = createOutgoing({ clock, privateAddresses: 'allowed' })
  const { promise: asked, resolve: isAsked } = Promise.withResolvers<void>()
  let requests = 0
  const send: Outgoing = between('ask', async (request) => {
    requests += 1
    const ask = () => {
      writeFileSync(timeFile, String(clock.now()))
      isAsked()
      return outgoing.send(request)
    }
    return requests === 1 && firstAnswer === 'never' ? ask() : standing(ask)
  })
  return { send, asked, close: () => outgoing.close() }
}

const prepareUnsettled = (store: Store) =>
  store.prepare((db, _: object) =>
    db
      .selectFrom('capture_session')
      .leftJoin('charge_attempt', 'charge_attempt.capture_guid', 'capture_session.guid')
      .leftJoin('charge_follow_up', 'charge_follow_up.attempt_key', 'charge_attempt.idempotency_key')
      .select('capture_session.guid')
      .where((is) =>
        is.or([
          is('capture_session.result', 'is not', null),
          is.and([
            is('charge_attempt.idempotency_key', 'is not', null),
            is('charge_attempt.answered_at', 'is', null),
          ]),
          is.and([
            is('charge_follow_up.idempotency_key', 'is not', null),
            is('charge_follow_up.answered_at', 'is', null),
          ]),
        ]),
      ),
  )
