import { test } from 'node:test'
import { assertSealedApart } from '../../store/test-sealed-columns.ts'
import { sealedCallbacks } from './callbacks.ts'
import { sealedLaunchAnswers } from './launch-keys.ts'
import { sealedFlowSecrets } from './provider-flows.ts'
import { sealedProviderSessions } from './provider-session.ts'

test('whatever is sealed of launched sessions opens in its own row and column alone', () => {
  assertSealedApart([...sealedProviderSessions, sealedCallbacks, sealedLaunchAnswers, sealedFlowSecrets])
})
