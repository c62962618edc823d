import { setTimeout as pause } from 'node:timers/promises'
import { openSession, readSession, type TonegateUnderTest } from './tonegate.ts'

/** The account configuration that approves by itself after a second. */
const approves = 10

/** Opens sessions and waits until they have been paid. Answers their GUIDs. */
export async function payForSessions(
  tonegate: TonegateUnderTest,
  token: string,
  sessions: number,
): Promise<readonly string[]> {
  const guids: string[] = []
  for (let each = 0; each < sessions; each += 1) {
    guids.push((await openSession(tonegate, token, approves)).sessionGuid ?? '')
  }
  const deadline = Date.now() + 30_000
  for (const guid of guids) {
    while ((await readSession(tonegate, token, guid)).sessionState !== 'Finished') {
      if (Date.now() > deadline) throw new Error('The sessions did not finish within 30 seconds.')
      await pause(50)
    }
  }
  return guids
}
