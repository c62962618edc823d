import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noProgress, type OpenCardEntry } from './card-entry-host.ts'
import { countOpen } from './count-open.ts'
import type { OpenSlot } from './open-sessions.ts'

const slot = (
  launch: object,
  {
    begun = false,
    stage,
  }: { readonly begun?: boolean; readonly stage?: ReturnType<OpenCardEntry['stage']> } = {},
) =>
  ({
    source: { launch, progress: { ...noProgress('keypad'), begun } },
    session: stage && { stage: () => stage },
  }) as unknown as OpenSlot

test('open sessions are counted by kind and stage; one that sleeps is not woken, and one that ends is left out', () => {
  const keypad = { entry: 'keypad' }
  assert.deepEqual(
    countOpen([
      slot(keypad),
      slot(keypad, { begun: true }),
      slot(keypad, { stage: 'waiting' }),
      slot(keypad, { stage: 'confirming' }),
      slot(keypad, { stage: 'ended' }),
      slot({ entry: 'link' }, { stage: 'processing' }),
      slot({ entry: 'keypad', keptCard: { token: 'a secret' } }, { stage: 'processing' }),
    ]),
    [
      { kind: 'keypad', stage: 'waiting', sessions: 2 },
      { kind: 'keypad', stage: 'capturing', sessions: 1 },
      { kind: 'keypad', stage: 'confirming', sessions: 1 },
      { kind: 'link', stage: 'processing', sessions: 1 },
      { kind: 'kept-card', stage: 'processing', sessions: 1 },
    ],
  )
})
