import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testCertificate } from '../../../../../test/harness/test-certificate.ts'
import { NotSent } from '../../../model/gateway.ts'
import { askedBefore, testRequest } from '../../test-request.ts'
import { cybersourceSettings } from '../double/test-authentication.ts'
import { createTestKeys, encryptedAnswer, requestIn } from '../double/test-encryption.ts'
import { startCybersource } from '../double/test-start.ts'
import { authenticatedSend } from './authenticated-send.ts'
import { recipientIn } from './message-encryption.ts'

const keys = createTestKeys()

test('where there is a certificate, what is sent can be read by CyberSource alone, and no digit of it stays', async (t) => {
  const { gateway, asked, bodies, clock } = await startCybersource(t, { keys })
  const request = testRequest()
  const asking = gateway.authorise(request)
  request.card.pan.wipe()
  assert.equal((await asking).status, 'approved')
  assert.equal((await gateway.reconcile(askedBefore(request, clock.now())))?.status, 'approved')
  const [payment] = asked
  assert.deepEqual(Object.keys(JSON.parse(String(payment?.body))), ['encryptedRequest'])
  const read = requestIn(payment?.body ?? Buffer.alloc(0), keys.vendor.privateKey)
  assert.equal(JSON.parse(String(read)).paymentInformation.card.number, '4242424242424242')
  const [jwe = ''] = Object.values(JSON.parse(String(payment?.body))) as string[]
  const header = JSON.parse(Buffer.from(jwe.split('.')[0] ?? '', 'base64url').toString())
  assert.deepEqual(Object.keys(header).sort(), ['alg', 'cty', 'enc', 'iat', 'kid'])
  assert.deepEqual(
    [header.alg, header.enc, header.cty, header.iat],
    ['RSA-OAEP-256', 'A256GCM', 'JWT', Math.floor(clock.now() / 1000)],
  )
  for (const body of bodies) assert.ok(!Buffer.from(body).includes('4242424242424242'))
})

test('a body is overwritten when it has been encrypted, and when it could not be', async () => {
  const settings = { ...cybersourceSettings, ...keys.settings }
  const url = new URL('https://api.test/pts/v2/payments')
  for (const changes of [{}, { requestCertificate: 'no certificate' }, { responseKey: 'no key' }]) {
    const left: Uint8Array[] = []
    const send = authenticatedSend(
      { ...settings, ...changes },
      {
        async send({ body }) {
          if (body) left.push(body)
          return { status: 200, headers: {}, body: Buffer.from('{}') }
        },
        now: () => 0,
        newId: () => 'x',
      },
    )
    const body = Buffer.from('{"number":"4242424242424242"}')
    const request = {
      method: 'POST',
      url,
      headers: {},
      body,
      wipeBody: true,
      timeoutMilliseconds: 1,
    } as const
    await send(request).catch(() => {})
    assert.ok(body.every((byte) => byte === 0))
    assert.equal(left.length, Object.keys(changes).length === 0 ? 1 : 0)
  }
})

test('an answer that is encrypted to our key is read, and masked as any other', async (t) => {
  const { gateway, misbehave } = await startCybersource(t, { keys })
  const sum = { authorizedAmount: '12.40', currency: 'GBP' }
  const answered = await encryptedAnswer(
    {
      id: '7000000000000000000009',
      status: 'AUTHORIZED',
      reconciliationId: '4242 4242 4242 4242',
      orderInformation: { amountDetails: sum },
    },
    keys.merchant.publicKey,
  )
  misbehave(() => ({ status: 201, body: answered }))
  const answer = await gateway.authorise(testRequest())
  assert.equal(answer.status, 'approved')
  assert.doesNotMatch(JSON.stringify(answer), /4242\D?4242/)
})

test('answers are encrypted to no key of which the private part is not there', async (t) => {
  const { create, asked } = await startCybersource(t)
  await create({ responseKeyId: '1700000000000000000001' }).authorise(testRequest())
  const [, claims = ''] = asked[0]?.headers.authorization?.split('.') ?? []
  assert.doesNotMatch(Buffer.from(claims, 'base64url').toString(), /mle/)
})

test('an answer that is encrypted to another key leaves the outcome open', async (t) => {
  const { gateway, misbehave } = await startCybersource(t, { keys })
  const answered = await encryptedAnswer({ status: 'AUTHORIZED' }, keys.vendor.publicKey)
  misbehave(() => ({ status: 201, body: answered }))
  await assert.rejects(gateway.authorise(testRequest()), { name: 'UnclearAnswer' })
})

for (const [what, settings] of [
  ['a certificate that cannot be read', { requestCertificate: 'no certificate' }],
  ['a key that cannot be read', { responseKey: 'no key' }],
  [
    'a certificate that is of no RSA key',
    { requestCertificate: testCertificate({ from: Date.UTC(2020, 0), until: Date.UTC(2060, 0) }).cert },
  ],
] as const) {
  test(`with ${what} nothing is sent at all`, async (t) => {
    const { create, asked } = await startCybersource(t, { keys })
    await assert.rejects(create(settings).authorise(testRequest()), NotSent)
    assert.equal(asked.length, 0)
  })
}

/** Of a certificate that names its key in its subject, as CyberSource's do; its private key was thrown away. */
const named = `-----BEGIN CERTIFICATE-----
MIIDXTCCAkWgAwIBAgIUfb4nki2ekUwgX9NZ6UtFqj2Wx6IwDQYJKoZIhvcNAQEL
BQAwPjEbMBkGA1UEAwwSQ3liZXJTb3VyY2VfU0pDX1VTMR8wHQYDVQQFExYxNzAw
MDAwMDAwMDAwMDAwMDAwMDQyMB4XDTI2MTEyOTA0Mjc1NFoXDTQ2MTEyNDA0Mjc1
NFowPjEbMBkGA1UEAwwSQ3liZXJTb3VyY2VfU0pDX1VTMR8wHQYDVQQFExYxNzAw
MDAwMDAwMDAwMDAwMDAwMDQyMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKC
AQEAmiXsusqK7Qt4xuE9Fef8D43tkpeaV73vwHmM/8km4o3qtl6DUaxt1QO8VMBe
0eCaWBKiVobSv7Nh2jg8SEwIJ4NIhiCcpCHlvV3iv6Ih1nceHiz+kdRnMYAuTrqO
uc4/hMeaNyJeLcBqvAEOB3xqsbQiZjfJ8JWLlUD3V/I0JeGCu2OWTMemUC60334S
UVEM+mk6+D5R9MHBFQZVugQHAqzC5beOY5HF5i2kgpWHfbwe0SsXgfF2y9KjkPvM
pTLoqkndcDhGtB/7CQca1OQ0KM/7HelnOBT8wkbNdXdA9ODCXoCajfLNCtZH955I
vvaR/Q2FblJ0h3V0OJeyBpx/hwIDAQABo1MwUTAdBgNVHQ4EFgQUQboE1kXg4s2t
UpPZBUm/xzgyHGEwHwYDVR0jBBgwFoAUQboE1kXg4s2tUpPZBUm/xzgyHGEwDwYD
VR0TAQH/BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOCAQEAAdi1JL5/uPIa0I+KDTjN
ai3sPCB3C+A7nSoX3MczN1cylNoc3Ns31AoBarsxRhPUNaQDbQSHI2IY8jRZFak9
DrWDbSXG4oqS0KIGNFWaRrdcXvjKUOZEO6j9D4fTyTJ1LZ9mxRT5InPTQp5XWiEF
AnzjDvcwInlcmHXc+oDxLFFjvnZR3/GD4OzvP6aKcWpxQIiWZ5xrBBHD+uZSVQHN
qxlPzQhqSWopznEJjWQLKRMvj8aQLa8VKFisrn4+7pLsYu/wJchgRHmOjcTXqxBj
mbjdfwijaGJvbD32JCF+EPezKpiAHQ6fJd7hfDgHVs2wvpLF5ATJn36ZvBTuQOkK
nw==
-----END CERTIFICATE-----
`

test('a certificate is known by the serial number of its subject, else by its own', () => {
  assert.equal(recipientIn(named).kid, '1700000000000000000042')
  assert.equal(recipientIn(keys.settings.requestCertificate).kid, '01')
})
