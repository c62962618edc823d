import type { SessionResult } from '@tonegate/protocol/outcome'
import type { Clock } from '../base/clock.ts'
import type { Store } from '../store/store.ts'
import type { Gateway } from './model/gateway.ts'

/** Where a process can be stopped: before or after a write (counted from 1), or when it reports a result. */
export type CrashPoint =
  | { readonly write: number; readonly when: 'before' | 'after' }
  | { readonly report: 'before' | 'after' }
  | { readonly gateway: 'before' | 'after' }

const never = new Promise<never>(() => {})

/** Of one process. */
interface Life {
  dead: boolean
  point: CrashPoint | undefined
  writes: number
  /** So many writes fail from now on. */
  failing: number
}

/**
 * Wraps what a vault reaches the world by, so that the process can die at a chosen line: from then on nothing it
 * does has an effect, and nothing that it waits for comes.
 */
export function createMortal() {
  const life: Life = { dead: false, point: undefined, writes: 0, failing: 0 }
  return {
    crashAt(next: CrashPoint) {
      life.point = next
      life.writes = 0
    },
    crash: () => dies(life, true),
    failWrites(count: number) {
      life.failing = count
    },
    store: (store: Store): Store => mortalStore(store, life),
    clock: (clock: Clock): Clock => ({
      now: clock.now,
      elapsed: clock.elapsed,
      after: (milliseconds, callback) => clock.after(milliseconds, () => life.dead || callback()),
      every: (milliseconds, callback) => clock.every(milliseconds, () => life.dead || callback()),
    }),
    gateway: (gateway: Gateway): Gateway => mortalGateway(gateway, life),
    async report(result: SessionResult, take: (result: SessionResult) => Promise<void>) {
      const { point } = life
      const here = point && 'report' in point ? point.report : undefined
      if (dies(life, here === 'before')) return never
      await take(result)
      return dies(life, here === 'after') ? never : undefined
    },
  }
}

function dies(life: Life, now: boolean): boolean {
  life.dead ||= now
  return life.dead
}

/** What fails for the dead is their database, which was taken from them. */
const unlessDead =
  (life: Life) =>
  (error: unknown): Promise<never> =>
    life.dead ? never : Promise.reject(error)

const mortalStore = (store: Store, life: Life): Store => ({
  ...store,
  reader: {
    execute: (statement, parameters) => store.reader.execute(statement, parameters).catch(unlessDead(life)),
  },
  async write(operation) {
    life.writes += 1
    if (life.failing > 0) {
      life.failing -= 1
      throw new Error('The disk is full.')
    }
    const { point, writes } = life
    const here = point && 'write' in point && point.write === writes ? point.when : undefined
    if (dies(life, here === 'before')) return never
    const value = await store.write(operation).catch(unlessDead(life))
    return dies(life, here === 'after') ? never : value
  },
})

const mortalGateway = (gateway: Gateway, life: Life): Gateway => ({
  async authorise(request) {
    const { point } = life
    const here = point && 'gateway' in point ? point.gateway : undefined
    if (dies(life, here === 'before')) return never
    const answer = await gateway.authorise(request)
    return dies(life, here === 'after') ? never : answer
  },
  ...(gateway.authoriseKept && {
    authoriseKept: (request) => (life.dead ? never : (gateway.authoriseKept?.(request) ?? never)),
  }),
  ...(gateway.readNotifications && {
    readNotifications: (sent) => gateway.readNotifications?.(sent) ?? [],
  }),
  ...(gateway.completeChallenge && {
    completeChallenge: (completion) =>
      life.dead ? never : (gateway.completeChallenge?.(completion) ?? never),
  }),
  reconcile: (asked) => (life.dead ? never : gateway.reconcile(asked)),
  capture: (order) => (life.dead ? never : gateway.capture(order)),
  void: (order) => (life.dead ? never : gateway.void(order)),
  refund: (order) => (life.dead ? never : gateway.refund(order)),
})
