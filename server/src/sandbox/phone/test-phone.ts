import type { TestContext } from 'node:test'
import { createMovableClock, type MovableClock } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import { startWithPlatform } from '../../calls/test-telephone.ts'
import { createCallsClient } from './calls-client.ts'
import { createSandboxPhone } from './phone.ts'

/**
 * For the tests: the sandbox's phone as the platform of account 1, connected, and the telephone that it tells of its calls.
 * Every session counts as open.
 */
export async function startPhone(t: TestContext, clock: MovableClock = createMovableClock()) {
  const started = await startWithPlatform(t, { clock })
  const { newGuid, log } = started

  async function connect() {
    const { process, key } = started
    const phone = createSandboxPhone({
      client: createCallsClient({ app: process.app, key }),
      peers: process.peers,
      activeCall: (agentId) => process.liveCalls.activeOf(1, agentId),
      newGuid,
      clock,
      log,
    })
    t.after(phone.close)
    await phone.connect()
    return phone
  }

  let phone = await connect()
  const keys = (text: string) => ({ keys: Buffer.from(text), gapMilliseconds: 0 })
  return {
    ...started,
    get telephone() {
      return started.process
    },
    get phone() {
      return phone
    },
    /** Presses keys one behind the other. */
    press: (callGuid: Guid, text: string) => phone.press(callGuid, keys(text)),
    /** Ends the process and its phone, and starts the next ones on its database. */
    async restart() {
      phone.close()
      await started.restart()
      phone = await connect()
    },
  }
}
