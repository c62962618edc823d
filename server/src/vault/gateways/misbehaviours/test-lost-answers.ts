import assert from 'node:assert/strict'
import { test } from 'node:test'
import { press } from '../../test-vault.ts'
import { movedByStore } from '../test-ledger.ts'
import type { StartSubject } from '../test-subject.ts'
import { card, inVault, leapUntil, waitFor } from './test-in-vault.ts'

export function testLostAnswers(name: string, start: StartSubject): void {
  for (const [manner, carriesOut] of [
    ['html', true],
    ['broken-json', true],
    ['closes', true],
    ['half', true],
    ['error inside', true],
    ['closes', false],
    ['html', false],
  ] as const) {
    const done = carriesOut ? 'was carried out' : 'was not carried out'
    test(`${name}: in the vault, ${manner} for a payment that ${done}: store and ledger agree`, async (t) => {
      const { vault, subject, pay } = await inVault(t, start)
      subject.double.misbehave(manner === 'error inside' ? () => subject.errorInside : manner, {
        carriesOut,
        of: subject.paying,
      })
      await pay()
      if (carriesOut) assert.equal(vault.results[0]?.outcome, 'approved')
      else {
        assert.equal(vault.results[0]?.outcome, 'unknown')
        await vault.clock.leap(60_000)
        await waitFor(() => subject.double.asked.length > 2)
        if (subject.neverArrived === 'failed') {
          await leapUntil(vault.clock, () => vault.results.length > 1)
          assert.equal(vault.results[1]?.outcome, 'failed')
        }
      }
      await agree()

      async function agree() {
        const unknown =
          carriesOut || subject.neverArrived === 'failed' ? {} : { [`${vault.begun[0]}-1`]: 'unknown' }
        assert.deepEqual(await movedByStore(vault.store), { ...subject.double.ledger.moved(), ...unknown })
      }
    })
  }
}

export function testNoAnswers(name: string, start: StartSubject): void {
  test(`${name}: an answer that never comes is found, and store and ledger agree`, async (t) => {
    const { vault, subject } = await inVault(t, start)
    subject.double.misbehave('never', { of: subject.paying })
    const session = await vault.open({ gatewayTimeoutSeconds: 10 })
    press(session, card)
    const paid = session.pay()
    await waitFor(() => subject.double.asked.length === 1)
    await vault.clock.advance(10_000)
    await paid
    assert.equal(vault.results[0]?.outcome, 'unknown')
    await leapUntil(vault.clock, () => vault.results.length === 2)
    assert.equal(vault.results[1]?.outcome, 'approved')
    assert.deepEqual(await movedByStore(vault.store), subject.double.ledger.moved())
  })

  test(`${name}: what the gateway tells has it asked at once, and store and ledger agree`, async (t) => {
    const { vault, subject, tell } = await inVault(t, start)
    subject.double.misbehave('never', { of: subject.paying })
    const session = await vault.open({ gatewayTimeoutSeconds: 10 })
    press(session, card)
    const paid = session.pay()
    await waitFor(() => subject.double.asked.length === 1)
    await tell(session.guid)
    assert.equal(subject.double.asked.length, 1, 'while its answer is waited for it is not asked')
    await vault.clock.advance(10_000)
    await paid
    assert.equal(vault.results[0]?.outcome, 'unknown')
    await waitFor(() => subject.double.asked.length > 1)
    await tell(session.guid)
    await leapUntil(vault.clock, () => vault.results.length === 2)
    await tell(session.guid)
    assert.equal(vault.results[1]?.outcome, 'approved')
    assert.equal(subject.double.ledger.counted.captured, 1)
    assert.deepEqual(await movedByStore(vault.store), subject.double.ledger.moved())
  })

  test(`${name}: an answer that names another amount is not believed, and the right one is found`, async (t) => {
    const { vault, subject, pay } = await inVault(t, start)
    subject.double.misbehave((answer) => subject.otherAmount(answer), { of: subject.paying })
    await pay()
    assert.equal(vault.results[0]?.outcome, 'unknown')
    await leapUntil(vault.clock, () => vault.results.length === 2)
    assert.equal(vault.results[1]?.outcome, 'approved')
    assert.deepEqual(await movedByStore(vault.store), subject.double.ledger.moved())
  })

  test(`${name}: a process that dies after it has asked leaves a payment that the next one finds`, async (t) => {
    const { vault, subject } = await inVault(t, start)
    vault.crashAt({ gateway: 'after' })
    const session = await vault.open()
    press(session, `${card}1`)
    await waitFor(() => subject.double.ledger.counted.captured === 1)
    await vault.restart()
    await waitFor(() => vault.results.length === 1)
    assert.equal(vault.results[0]?.outcome, 'approved')
    assert.equal(subject.double.ledger.counted.captured, 1)
    assert.deepEqual(await movedByStore(vault.store), subject.double.ledger.moved())
  })
}
