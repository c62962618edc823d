import assert from 'node:assert/strict'
import { test } from 'node:test'
import { en } from '../../../../web/src/agent-view/texts/en.ts'
import { assertAccessible } from '../../../test/harness/test-browser.ts'
import { press, settle, testGateway, visa } from '../test-vault.ts'
import { dots, says, shoot, startViewBrowser, viewOf } from './test-view-browser.ts'

const { openView } = await startViewBrowser()

test('the agent is told that the code may be left out, and sees that it was', async (t) => {
  const gateway = testGateway()
  const { page, session, complaints } = await openView(t, { flow: { securityCode: 'optional' }, gateway })
  const view = await viewOf(page)
  press(session, `${visa}#1230`)
  await says(view, en.standing.asked.securityCode)
  await says(view, en.words['ask-optional-security-code'])
  press(session, '##')
  await says(view, en.leftOut)
  assert.equal(await dots(view, 'Security code').locator('i').count(), 0)
  await shoot(page, 'agent-view-code-left-out')
  await assertAccessible(view)
  await view.getByRole('button', { name: en.takePayment }).click()
  await view.getByRole('heading', { name: 'Paid' }).waitFor()
  await says(view, en.leftOut)
  assert.equal(gateway.asked[0]?.securityCode, undefined)
  assert.deepEqual(complaints, [])
})

test('a view whose flow never asks for a code has no row for it', async (t) => {
  const { page, session, complaints } = await openView(t, { flow: { securityCode: 'never' } })
  const view = await viewOf(page)
  await says(view, en.standing.asked.pan)
  assert.equal(await view.getByText(/security code/i).count(), 0)
  press(session, `${visa}#1230#`)
  await says(view, en.standing.completeByKeypad)
  assert.equal(await view.getByRole('listitem').count(), 2)
  await shoot(page, 'agent-view-no-code')
  session.press('1')
  await settle()
  await view.getByRole('heading', { name: 'Paid' }).waitFor()
  assert.equal(await view.getByText(/security code/i).count(), 0)
  assert.deepEqual(complaints, [])
})
