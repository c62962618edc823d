import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Guid } from '../../base/guid.ts'
import type { Http } from '../../http/http.ts'
import type { SandboxRegion } from '../sandbox-file.ts'
import { createPlayedProgram } from './program-by-inject.ts'

test('of a session that it opens, a played program says its state and its ids, and no token', async () => {
  const ids = { sessionGuid: 's' as Guid, providerSessionGuid: 'p' as Guid }
  const answer = { ...ids, agentAccessToken: 'secret', agentRefreshToken: 'secret' }
  const app = { inject: async () => ({ statusCode: 200, body: JSON.stringify(answer) }) }
  const sandbox = { tokenUrl: '/token', apiUrl: '/api', clients: [] } as unknown as SandboxRegion
  const program = createPlayedProgram({ app: app as unknown as Pick<Http, 'inject'>, sandbox })
  const order = { agentId: 'agent7', configurationId: 0, paymentData: {} }
  assert.deepEqual(await program.opens('session', order), { ...ids, sessionState: 'Created' })
})
