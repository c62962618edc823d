import assert from 'node:assert/strict'
import { type Moment, moments } from './test-channel-proxy.ts'
import { startTwoProcesses, until } from './test-two-processes.ts'

/** What goes wrong at a moment of a launch. */
export const faults = [
  'the connection is cut',
  'the vault is killed',
  'the API is killed',
  'the vault is stopped',
] as const

export interface Situation {
  readonly fault: (typeof faults)[number]
  readonly moment: Moment
  /** Whether the program sends an `Idempotency-Key`, and tries again with it. */
  readonly key: 'with a key' | 'without a key'
}

/** Every fault at every moment, with a key and without. */
export const situations: readonly Situation[] = faults.flatMap((fault) =>
  moments.flatMap((moment) =>
    (['with a key', 'without a key'] as const).map((key) => ({ fault, moment, key })),
  ),
)

/** What was seen of a situation. */
export interface Story {
  /** What the program was answered, one after the other. */
  readonly answers: readonly number[]
  /** How many capture sessions the vault has had, and launches that it had been told to refuse. */
  readonly captures: number
  readonly links: number
}

/**
 * Plays a launch between two processes in which something goes wrong, lets the program try again until it is
 * answered, has its customer pay, and looks at the books of both: one session that can be paid, one link, and an outcome
 * that the API knows.
 */
export async function playLostLaunch({ fault, moment, key }: Situation): Promise<Story> {
  const world = await startTwoProcesses(moment, async () => {
    if (fault === 'the connection is cut') return 'cut'
    if (fault === 'the vault is stopped') world.processes.vault?.kill('SIGSTOP')
    else await world.kill(fault === 'the vault is killed' ? 'vault' : 'api')
    return 'go on'
  })
  try {
    await world.start('vault')
    await world.start('api')
    world.books.configure()
    world.arm()
    const answers: number[] = []
    const again = async (): Promise<void> => {
      if (!world.hasHappened()) return
      if (fault === 'the vault is stopped') world.processes.vault?.kill('SIGCONT')
      if (fault === 'the API is killed') world.books.minutePasses()
      for (const role of ['vault', 'api'] as const) if (!world.processes[role]) await world.start(role)
    }
    const created = await world.program.opened(key, answers, again)
    await until('the moment came', world.hasHappened)
    await again()
    await until('one session is open, and nothing is under way', () => {
      const open = world.books.rows('vault', `select guid from capture_session where state = 'open'`)
      const unsettled = world.books.rows(
        'api',
        `select 1 from launch_under_way where state in ('asked', 'opened')`,
      )
      const isOne = open.length === 1 && open[0]?.guid === created.providerSessionGuid
      return isOne && unsettled.length === 0
    })
    await until('the link was sent', () => world.links() > 0)
    await world.program.pay(created.paymentFormUrl)
    await until('the API knows that it was paid', async () => {
      const status = await world.program.status(created.sessionGuid)
      return status.sessionState === 'Finished' && status.paymentResultData.paymentOutcome === 'approved'
    })
    const charges = world.books.rows('vault', 'select 1 from charge_attempt')
    assert.equal(charges.length, 1, 'one card was charged')
    await until('every result was taken', () => {
      const kept = world.books.rows('vault', 'select guid from capture_session where result is not null')
      return kept.length === 0
    })
    const captures = world.books.rows(
      'vault',
      `select 1 from capture_session where state != 'called-off'`,
    ).length
    return { answers, captures, links: world.links() }
  } finally {
    world.close()
  }
}
