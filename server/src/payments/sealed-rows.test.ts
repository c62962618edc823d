import { test } from 'node:test'
import { assertSealedApart } from '../store/test-sealed-columns.ts'
import { sealedAccountSecrets } from './configurations/account-secrets.ts'
import { sealedAnswers } from './idempotency/idempotency.ts'
import { sealedLaunchedSessions } from './launches/launch-rows.ts'
import { sealedRemoteResults } from './remote-provider/result-seal.ts'
import { sealedSessions } from './seal-session.ts'
import { sealedMessages } from './webhooks/messages.ts'

test('whatever payments seal opens in its own row and column alone', () => {
  assertSealedApart([
    ...[sealedAnswers, sealedLaunchedSessions, sealedAccountSecrets, sealedMessages, sealedRemoteResults],
    ...sealedSessions,
  ])
})
