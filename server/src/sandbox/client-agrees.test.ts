import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FieldName as VaultField, ViewState } from '@tonegate/protocol/view-state'
import { readMessage } from '../../../client/src/read-message.ts'
import type { ViewState as ClientState, FieldName } from '../../../client/src/view-state.ts'
import { startVault } from '../vault/test-vault.ts'

type Members<State extends ViewState | ClientState> =
  | keyof State
  | keyof State['link']
  | keyof State['fields']
type Same<One, Other> = [One, Other] extends [Other, One] ? true : false

test('the client’s types are those of the vault’s states', async (t) => {
  const sameMembers: Same<Members<ViewState>, Members<ClientState>> = true
  const sameFields: Same<FieldName, VaultField> = true
  assert.ok(sameMembers && sameFields)
  const vault = await startVault(t)
  const { guid } = await vault.launch()
  const state: ClientState = vault.find(guid).view()
  const message = readMessage({ type: 'tonegate:state', session: guid, state })
  assert.deepEqual(message, { type: 'state', session: guid, state })
})

test('each end of a session is a state that the client reads', async (t) => {
  const vault = await startVault(t)
  const { guid } = await vault.launch()
  const session = vault.find(guid)
  await session.cancel()
  const state = session.view()
  assert.equal(state.state, 'ended')
  assert.ok(readMessage({ type: 'tonegate:state', session: guid, state }))
})
