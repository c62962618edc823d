import { test } from 'node:test'
import { assertSealedApart } from '../../store/test-sealed-columns.ts'
import { sealedCallbacks } from './callbacks/callback-seal.ts'
import { sealedFlowSecrets } from './flows/provider-flows.ts'
import { sealedLaunchAnswers } from './launch/launch-keys.ts'
import { sealedProviderSessions } from './provider-session.ts'

test('whatever is sealed of launched sessions opens in its own row and column alone', () => {
  assertSealedApart([...sealedProviderSessions, sealedCallbacks, sealedLaunchAnswers, sealedFlowSecrets])
})
