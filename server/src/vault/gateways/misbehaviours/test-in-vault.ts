import type { TestContext } from 'node:test'
import type { Guid } from '../../../base/guid.ts'
import type { Gateway } from '../../model/gateway.ts'
import { press, startVault } from '../../test-vault.ts'
import { testSender } from '../test-request.ts'
import type { StartSubject } from '../test-subject.ts'

/** What a caller types. */
export const card = '4111111111111111#1230#123#'

/** An adapter with its double, in a vault. */
export async function inVault(t: TestContext, start: StartSubject) {
  const later: { gateway?: Gateway } = {}
  const whole = (): Gateway => {
    if (!later.gateway) throw new Error('The gateway is not there yet.')
    return later.gateway
  }
  const vault = await startVault(t, { gateway: deferred(whole) })
  const subject = await start(t, { clock: vault.clock })
  later.gateway = subject.gateway({ clock: vault.clock })
  let told = 0
  return {
    vault,
    subject,
    gateway: whole,
    /** What a notification of its payment has the vault do, whatever its form at the gateway is. */
    tell(guid: Guid) {
      told += 1
      const notification = { id: `told ${told}`, about: 'payment', key: `${guid}-1`, gatewayCode: 'told' }
      const body = Buffer.from(JSON.stringify([notification]))
      return vault.vault.notifications.take({ tenant: 7, name: 'test' }, { headers: {}, body })
    },
    /** A customer of the payment page who has been sent to the bank. */
    async atBank() {
      const session = await vault.open()
      const typed = { pan: subject.askedPan, expiry: '1230', securityCode: '123' }
      const paying = session.submitCard(typed, testSender)
      await waitFor(() => session.challenge() !== undefined)
      return { session, paying }
    },
    async pay() {
      const session = await vault.open()
      press(session, card)
      await session.pay()
    },
  }
}

/** What the store has of all payments. */
export const attemptsOf = (vault: Awaited<ReturnType<typeof startVault>>) =>
  Promise.all(vault.begun.map((guid) => vault.attempts(guid)))

/** A gateway that is made after the vault whose clock it shares. */
const deferred = (whole: () => Gateway): Gateway => ({
  authorise: (request) => whole().authorise(request),
  completeChallenge: (completion) => {
    const { completeChallenge } = whole()
    if (!completeChallenge) throw new Error('It asks nobody.')
    return completeChallenge(completion)
  },
  authoriseKept: (request) => {
    const { authoriseKept } = whole()
    if (!authoriseKept) throw new Error('It charges no kept cards.')
    return authoriseKept(request)
  },
  readNotifications: ({ body }) => JSON.parse(body.toString()),
  reconcile: (asked) => whole().reconcile(asked),
  capture: (order) => whole().capture(order),
  void: (order) => whole().void(order),
  refund: (order) => whole().refund(order),
})

/** So that a test that waits in vain fails, and does not hang. */
const maxTurns = 5_000

/** Waits for what comes over a real connection. */
export async function waitFor(is: () => boolean): Promise<void> {
  for (let turn = 0; !is(); turn += 1) {
    if (turn === maxTurns) throw new Error('It does not come.')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

/** Lets time pass, five days at most, with room for what real connections bring. */
export async function leapUntil(
  clock: { advance(milliseconds: number): Promise<void> },
  is: () => boolean,
): Promise<void> {
  for (let minutes = 0; !is(); minutes += 1) {
    if (minutes === 5 * 24 * 60) throw new Error('It does not come, however long it is waited for.')
    await clock.advance(60_000)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
