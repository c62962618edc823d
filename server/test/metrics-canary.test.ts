import assert from 'node:assert/strict'
import { request as sendRequest } from 'node:http'
import { test } from 'node:test'
import type { Metrics } from '../src/metrics/metrics.ts'
import { samplesIn, startMeteredTonegate } from './harness/test-metrics.ts'

const card = '4929420573595709'

/** Six digits of the card in a row, wherever they begin: a label may hold no such run. */
const runs = Array.from({ length: card.length - 5 }, (_, at) => card.slice(at, at + 6))

/** The routes of a Tonegate, as its meters hear of them. */
function watchRoutes() {
  const routes: { readonly method: string; readonly route: string }[] = []
  const watch = (metrics: Metrics): Metrics => ({
    ...metrics,
    metersOf(region) {
      const meters = metrics.metersOf(region)
      const { requestMeter } = meters
      const ofRoute: typeof requestMeter.ofRoute = (route) => {
        routes.push(route)
        return requestMeter.ofRoute(route)
      }
      return { ...meters, requestMeter: { ...requestMeter, ofRoute } }
    },
  })
  return { routes, watch }
}

/** The members of all bodies and forms that the API describes, and those that OAuth knows. */
function membersIn(openapi: unknown): readonly string[] {
  const text = JSON.stringify(openapi)
  const described = [...text.matchAll(/"([A-Za-z_][\w-]*)":\{/g)].map(([, name = '']) => name)
  const ofOAuth = ['grant_type', 'client_id', 'client_secret', 'code', 'refresh_token', 'scope', 'username']
  const ofPages = ['cardNumber', 'expiry', 'securityCode', 'keys', 'digits', 'views', 'command', 'reference']
  return [...new Set([...described, ...ofOAuth, ...ofPages])]
}

/** Answers of streams are not waited for. */
function offer(
  origin: string,
  { method, path }: { readonly method: string; readonly path: string },
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body?: string },
): Promise<void> {
  return new Promise((resolve) => {
    const request = sendRequest(`${origin}${path}`, { method, headers }, (response) => {
      response.destroy()
      resolve()
    })
    request.on('error', () => resolve())
    request.end(body)
  })
}

test('a card number that is offered in every member of every request leaves no run of its digits in a scrape', async (t) => {
  const { routes, watch } = watchRoutes()
  const { origin, scrape, token, send, post } = await startMeteredTonegate(t, { watch })
  const bearer = await token()
  const members = membersIn((await send('/globalpci/openapi.json')).json)
  const json = JSON.stringify(Object.fromEntries(members.map((name) => [name, card])))
  const form = new URLSearchParams(members.map((name) => [name, card])).toString()
  assert.ok(routes.length > 50 && members.length > 50, `${routes.length} routes, ${members.length} members`)
  for (const { method, route } of routes) {
    const path = `${route.replace(/:\w+|\*/g, card)}?${form.slice(0, 2_000)}`
    const authorization = route.startsWith('/globalpci') ? `Bearer ${bearer}` : `Bearer ${card}`
    const headers = {
      authorization,
      'x-request-id': card,
      'user-agent': card,
      'last-event-id': card,
      cookie: `a=${card}`,
    }
    const withBody = method !== 'GET' && method !== 'HEAD'
    for (const [type, body] of [
      ['application/json', json],
      ['application/x-www-form-urlencoded', form],
      [card, card],
    ] as const) {
      await offer(
        origin,
        { method, path },
        { headers: { ...headers, 'content-type': type }, ...(withBody && { body }) },
      )
    }
  }
  await offer(origin, { method: 'GET', path: `/${card}` }, { headers: {} })
  const order = { agentId: card, paymentData: { Amount: '1', MerchantReferenceCode: card, Surname: card } }
  await post('/globalpci/v1/digitalsession', order, { authorization: `Bearer ${bearer}` })

  const text = await scrape()
  const samples = samplesIn(text)
  for (const { name, labels } of samples) {
    const said = [name, ...Object.entries(labels).flat()].join(' ')
    assert.deepEqual(
      runs.filter((run) => said.includes(run)),
      [],
      said,
    )
  }
  assert.ok(!text.includes(card.slice(0, 12)) && !text.includes(card.slice(4)))
  const counted = new Set(samples.map(({ labels }) => labels.route))
  assert.ok(counted.size > 50, `${counted.size} routes were reached`)
})
