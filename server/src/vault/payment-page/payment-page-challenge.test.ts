import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestSession, paidState, testGuid, testSecret } from '../test-sessions.ts'
import { startVaultRoutes } from '../test-vault-routes.ts'

const link = `/pay/${testGuid}/${testSecret}`
const challenge = { url: 'https://acs.bank.example/ask?of=1&two', fields: { creq: 'a"b<c', submit: 'x' } }

function start() {
  const session = openTestSession()
  const { app } = startVaultRoutes([session])
  session.become({ state: 'processing', challenged: true })
  session.challengeBy(challenge)
  const comeBack = (payload: string, headers: Readonly<Record<string, string>> = {}, url = link) =>
    app.inject({
      method: 'POST',
      url: `${url}/challenge`,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'sec-fetch-site': 'cross-site',
        ...headers,
      },
      payload,
    })
  return { app, session, comeBack }
}

test('the bank’s page may be framed and sent to, and no other is', async () => {
  const { app } = start()
  const { headers, body } = await app.inject(link)
  assert.equal(
    headers['content-security-policy'],
    "default-src 'none'; img-src 'self'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
      "frame-src 'self' https://acs.bank.example; form-action 'self' https://acs.bank.example; " +
      "frame-ancestors 'none'; base-uri 'none'",
  )
  assert.match(body, /action="https:\/\/acs\.bank\.example\/ask\?of=1&amp;two"/)
  assert.match(body, /name="creq" value="a&quot;b&lt;c"/)
  assert.match(body, /Continue to your bank/)
  assert.match(body, /Harbour &amp; Sons.*€12\.40/s)
})

test('the bank’s answer is passed on, and the frame says thank you', async () => {
  const { session, comeBack } = start()
  const { statusCode, headers, body } = await comeBack('cres=answer&threeDSSessionData=', {
    'sec-fetch-dest': 'iframe',
  })
  assert.equal(statusCode, 200)
  assert.equal(headers['x-frame-options'], 'sameorigin')
  assert.match(String(headers['content-security-policy']), /frame-ancestors 'self'/)
  assert.match(body, new RegExp(`Thank you.*href="${link}\\?answer" target="_top"`, 's'))
  assert.doesNotMatch(body, /cres/)
  assert.deepEqual(session.calls, ['challenge answered {"cres":"answer","threeDSSessionData":""}'])
})

test('a bank that sends the customer back by a link is heard too', async () => {
  const { app, session } = start()
  const comeBack = (query: string) => app.inject({ method: 'GET', url: `${link}/challenge${query}` })
  assert.equal((await comeBack('?redirectResult=a%2Bb&x=')).statusCode, 200)
  assert.deepEqual(session.calls, ['challenge answered {"redirectResult":"a+b","x":""}'])
  assert.equal((await comeBack('?a=1&a=2')).statusCode, 400)
  assert.equal((await app.inject({ method: 'HEAD', url: `${link}/challenge?a=1` })).statusCode, 405)
  assert.equal(session.calls.length, 1)
})

test('a GET without a query is nobody’s answer', async () => {
  const { app, session } = start()
  assert.equal((await app.inject(`${link}/challenge`)).statusCode, 200)
  assert.deepEqual(session.calls, [])
})

test('a bank that is asked by a link is asked by a form that is not posted', async () => {
  const { app, session } = start()
  session.challengeBy({ url: 'https://acs.bank.example/ask', method: 'get', fields: { of: '1' } })
  const { body } = await app.inject(link)
  assert.match(body, /<form id="to-bank" method="get" action="https:\/\/acs\.bank\.example\/ask">/)
})

test('in a window of its own it leads back to the payment', async () => {
  const { comeBack } = start()
  const { statusCode, headers } = await comeBack('cres=answer', { 'sec-fetch-dest': 'document' })
  assert.deepEqual([statusCode, headers.location], [303, `${link}?answer`])
})

test('what is no answer of a bank is refused, and changes nothing', async () => {
  const { session, comeBack } = start()
  const many = Array.from({ length: 51 }, (_, index) => `f${index}=1`).join('&')
  assert.equal((await comeBack(many)).statusCode, 400)
  assert.equal((await comeBack('cres=1&cres=2')).statusCode, 400)
  assert.equal((await comeBack(`cres=${'x'.repeat(17_000)}`)).statusCode, 413)
  assert.equal((await comeBack('{}', { 'content-type': 'application/json' })).statusCode, 400)
  assert.equal((await comeBack('cres=answer', {}, `${link}x`)).statusCode, 200)
  assert.deepEqual(session.calls, [])
})

test('an answer that comes when all is over is thanked for', async () => {
  const { session, comeBack } = start()
  session.become(paidState)
  assert.equal((await comeBack('cres=answer')).statusCode, 200)
  assert.deepEqual(session.calls, [])
})
