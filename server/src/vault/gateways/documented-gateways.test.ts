import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Check } from 'typebox/value'
import { adyenDeclineReason } from './adyen/adyen-decline-reasons.ts'
import * as adyen from './adyen/adyen-gateway.ts'
import { defaultSettings as adyenDefaults } from './adyen/adyen-settings.ts'
import * as cybersource from './cybersource/cybersource-gateway.ts'
import { defaultSettings as cybersourceDefaults } from './cybersource/cybersource-settings.ts'
import { stripeDeclineReason } from './stripe/stripe-decline-reasons.ts'
import * as stripe from './stripe/stripe-gateway.ts'
import { defaultSettings as stripeDefaults } from './stripe/stripe-settings.ts'

const text = readFileSync(new URL('../../../../docs/gateways.md', import.meta.url), 'utf8')

const sectionOf = (title: string) => text.split(/^## /m).find((section) => section.startsWith(title)) ?? ''

/** The rows of the table of decline reasons, each with its codes. */
const reasonsIn = (title: string) =>
  [...sectionOf(title).matchAll(/^\| `([a-z-]+)` +\| ((?:`\w+` ?)+)/gm)].map(
    ([, reason = '', codes = '']) => [reason, codes.match(/\w+/g) ?? []] as const,
  )

/** In the place of a placeholder, which is no secret. */
const secrets: Readonly<Record<string, object>> = {
  [cybersource.kind]: { sharedSecret: Buffer.alloc(32, 5).toString('base64') },
}

for (const [title, { kind, settingsSchema, shownSettings }, usual, secret] of [
  ['Stripe', stripe, stripeDefaults, ['apiKey', 'webhookSecrets']],
  ['Adyen', adyen, adyenDefaults, ['apiKey', 'hmacKey']],
  ['CyberSource', cybersource, cybersourceDefaults, ['sharedSecret', 'requestCertificate', 'responseKey']],
] as const) {
  test(`the settings of ${title} are such as it takes, and its usual ones are named`, () => {
    const [, json = ''] = new RegExp(`^\`\`\`json ${kind}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(text) ?? []
    const settings = { ...JSON.parse(json), ...secrets[kind] }
    assert.ok(Check(settingsSchema, settings))
    assert.ok(!Check(settingsSchema, { ...settings, other: 'x' }))
    assert.ok(!Check(settingsSchema, { ...settings, apiKey: 'with a space' }))
    for (const value of Object.values(usual)) assert.ok(sectionOf(title).includes(`\`${value}\``), value)
    const members = Object.keys(settingsSchema.properties)
    assert.deepEqual([...shownSettings, ...secret].sort(), members.sort())
  })
}

for (const [title, reasonOf] of [
  ['Stripe', stripeDeclineReason],
  ['Adyen', adyenDeclineReason],
] as const) {
  test(`the reasons of ${title} are those that it is read by`, () => {
    const rows = reasonsIn(title)
    assert.equal(rows.length, 10)
    for (const [reason, codes] of rows) {
      assert.ok(codes.length > 0)
      for (const code of codes) assert.equal(reasonOf(code), reason, code)
    }
  })
}
