import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PendingRequest } from './pending.ts'
import { signInPage } from './sign-in-page.ts'
import { textsOf } from './texts/texts-of.ts'

const pending = {
  client: { name: 'Desk', account: { name: 'Harbour Street Books' } },
  redirectUri: 'https://desk.example.com/back',
  parameters: new Map(),
} as unknown as PendingRequest

for (const [seconds, said] of [
  [1, 'in 1 second'],
  [59, 'in 59 seconds'],
  [60, 'in 1 minute'],
  [61, 'in 2 minutes'],
] as const) {
  test(`a wait of ${seconds} s is said as “${said}”`, () => {
    const wording = { language: 'en', texts: textsOf('en') } as const
    const notice = { reason: 'throttled', retryAfterSeconds: seconds } as const
    const { body } = signInPage(wording, { pending, notice, action: '/sign-in', token: 'token' })
    assert.match(body.markup, new RegExp(`${said}\\b`))
  })
}
