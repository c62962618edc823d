import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SessionResult } from '@tonegate/protocol/outcome'
import { bundle } from '../../../test/harness/test-bundle.ts'
import { systemClock } from '../../base/clock.ts'
import type { ChargeProcess } from './test-charge-process.ts'
import { type ChargingFolder, startChargingVault } from './test-charging-vault.ts'
import { auditBooks } from './test-killed-books.ts'
import { type KilledGateway, type KilledKind, killedGateways } from './test-killed-gateways.ts'
import { type Situation, type SituationName, situationOf } from './test-killed-situations.ts'

const scriptFolder = mkdtempSync(join(tmpdir(), 'tonegate-killed-script-'))
process.on('exit', () => rmSync(scriptFolder, { recursive: true }))
await bundle({ charge: join(import.meta.dirname, 'test-charge-process.ts') }, scriptFolder)
const script = join(scriptFolder, 'charge.mjs')

/** The steps at which a process is killed, one process each. */
export interface Steps {
  /** From which of its requests to the gateway on they are counted; 0 unless said: from the start of the process on. */
  readonly countedFrom?: number
  /** From 1 to the end unless said. */
  readonly at?: readonly number[]
}

/**
 * Kills a process that charges between every two steps, one after the other, and lets the next process go on: the
 * gateway was asked once at most, its ledger and the store agree, how it ended is known, and nothing is held or taken that
 * was not approved.
 *
 * @returns what was reported upwards after each step.
 */
export async function killAtEachStep(
  kind: KilledKind,
  what: SituationName,
  { countedFrom = 0, at }: Steps = {},
): Promise<readonly string[]> {
  const stories: string[] = []
  const situation = situationOf(what)
  for (const killedAt of at ?? Array.from({ length: 1000 }, (_, index) => index + 1)) {
    const { wasKilled, story } = await payKilledAt(kind, situation, { killedAt, countedFrom })
    if (!wasKilled) return stories
    stories.push(story)
  }
  return stories
}

/** Why a gateway is left out of a situation. */
export function leftOut(kind: KilledKind, what: SituationName): string | undefined {
  const { cannot } = killedGateways[kind]
  return (situationOf(what).needs ?? []).map((need) => cannot[need]).find((why) => why !== undefined)
}

/** Kills the process at a step of a charge, starts the next one, and looks at the books. */
async function payKilledAt(
  kind: KilledKind,
  situation: Situation,
  killed: Pick<ChargeProcess, 'killedAt' | 'countedFrom'>,
): Promise<{ readonly wasKilled: boolean; readonly story: string }> {
  const { flow = {}, task = 'pay', answer, release, needs = [] } = situation
  const path = mkdtempSync(join(tmpdir(), 'tonegate-killed-'))
  const timeFile = join(path, 'time')
  writeFileSync(timeFile, String(Date.now()))
  const clock = { ...systemClock, now: () => Number(readFileSync(timeFile, 'utf8')) }
  const approves = needs.includes('approves a part') ? 'a part' : 'all'
  const gateway = await killedGateways[kind].start({ clock, approves })
  try {
    if (answer) gateway.double.misbehave(answer)
    if (release) gateway.double.misbehave(release, { of: gateway.releasing })
    const files = { file: join(path, 'nam.db'), resultsFile: join(path, 'results'), timeFile }
    const firstAnswer = answer === 'never' && ({ firstAnswer: answer } as const)
    const folder: ChargingFolder = { ...files, kind, settings: gateway.settings, ...firstAnswer }
    const wasKilled = await runToItsEnd({ ...folder, ...killed, task, flow, cards: gateway.cards }, gateway)
    await goOn(folder, gateway, task === 'pay, and be told of it' ? 'is told' : 'is told nothing')
    const where = `${kind}, ${situation.what}, killed at step ${killed.killedAt} from request ${killed.countedFrom}`
    const results = resultsIn(files.resultsFile)
    await auditBooks({ file: files.file, kind, gateway, situation, results, where })
    return { wasKilled, story: results.map(({ outcome }) => outcome).join(' → ') || 'still open' }
  } finally {
    await gateway.double.close()
    rmSync(path, { recursive: true })
  }
}

/** Runs the process that charges, to its end or until it has killed itself. @returns whether it has. */
async function runToItsEnd(order: ChargeProcess, gateway: KilledGateway): Promise<boolean> {
  const child = spawn(process.execPath, [script, JSON.stringify(order)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    timeout: 120_000,
  })
  child.on('message', (message) => void tellProcess(child, message, gateway))
  const [code, signal] = await once(child, 'exit')
  assert.ok(signal === 'SIGKILL' || code === 0, `it ended by itself with ${code ?? signal}`)
  return signal === 'SIGKILL'
}

/** What the gateway tells, once it has been asked for the money; its answer goes out when that has been taken. */
async function tellProcess(child: ChildProcess, message: unknown, gateway: KilledGateway): Promise<void> {
  const { double, asksForMoney, tells } = gateway
  if (message === 'taken') return double.answerLate()
  while (!double.asked.some(asksForMoney)) {
    if (child.exitCode !== null || child.signalCode !== null) return
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  child.send([...tells(Number(message))], () => {})
}

/** The next process, which has nothing of the one before but its database. */
async function goOn(
  folder: ChargingFolder,
  { double, tells }: KilledGateway,
  hears: 'is told' | 'is told nothing',
): Promise<void> {
  const { vault, take, settled, close } = await startChargingVault(folder)
  const tell = () => take(async (now) => (hears === 'is told' ? tells(now) : []))
  // An answer that is held back and was not asked for by the process that was killed is this one's.
  const answering = setInterval(double.answerLate, 1)
  try {
    await Promise.all([vault.resume(), tell()])
    await settled()
    await tell()
    await settled()
  } finally {
    clearInterval(answering)
    await close()
  }
}

function resultsIn(file: string): readonly SessionResult[] {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  return lines.map((line) => JSON.parse(line) as SessionResult)
}
