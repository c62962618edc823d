import type { TestContext } from 'node:test'
import { createMovableClock, type MovableClock } from '../../base/clock.ts'
import { startWithPlatform } from '../test-telephone.ts'
import { createSimulatedCalls } from './simulated-calls.ts'
import { createSimulatedPhones } from './simulated-phone.ts'

/** For the tests: the simulated calls of account 1, and the telephone that they are told to. Every session counts as open. */
export async function startSimulatedCalls(t: TestContext, clock: MovableClock = createMovableClock()) {
  const phones = createSimulatedPhones()
  const controls = { simulated: phones.control }
  const started = await startWithPlatform(t, { kind: 'simulated', controls, clock })
  const { process, guid, newGuid, openSessions } = started
  const platform = await process.platforms.find(guid)
  if (!platform) throw new Error('The platform was not made.')
  const { liveCalls, lines } = process
  const calls = createSimulatedCalls({ clock, newGuid, phones, liveCalls, lines, platform })
  return { ...started, telephone: process, calls, openSessions }
}
