import { randomUUID } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { createTestLedger } from '../../../src/vault/gateways/test-ledger.ts'
import type { Money } from '../../../src/vault/model/gateway.ts'
import type { GatewayBooks, GatewayManners } from './start-gateway.ts'

/**
 * A merchant's endpoint for the connector, as a process of its own: `node gateway-process.ts <port> <file>`. What it has
 * carried out is in a file before it answers, so that it is the same after it was killed. A payment that it is asked
 * about and does not have will never be: a request for it that comes later is refused.
 */
interface Asked {
  readonly operation: string
  readonly idempotencyKey: string
  readonly paymentKey?: string
  readonly gatewayReference: string
  readonly amount: Money
}

type Line =
  | { readonly charged: string; readonly reference: string; readonly amount: Money }
  | { readonly never: string }
  | { readonly order: 'capture' | 'void' | 'refund'; readonly of: Asked }

const [port, file = ''] = process.argv.slice(2)
const ledger = createTestLedger()
const charged = new Map<string, object>()
const never = new Set<string>()
const books = { again: [] as string[] }
let manners: GatewayManners = { milliseconds: [10, 60], dies: 0 }

if (existsSync(file)) {
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) take(JSON.parse(line))
}

function write(line: Line): unknown {
  appendFileSync(file, `${JSON.stringify(line)}\n`)
  return take(line)
}

function take(line: Line): unknown {
  if ('never' in line) return never.add(line.never)
  if ('order' in line) {
    const { idempotencyKey: key, gatewayReference: reference, amount } = line.of
    return ledger[line.order]({ key, reference, amountMinor: amount.amountMinor })
  }
  const { charged: key, reference, amount } = line
  ledger.authorise({ key, reference, amount, captured: true })
  charged.set(key, {
    status: 'approved',
    gatewayReference: reference,
    authorisationCode: 'A1B2C3',
    amount,
    captured: true,
  })
  return undefined
}

async function answer(asked: Asked): Promise<object> {
  const key = asked.idempotencyKey
  switch (asked.operation) {
    case 'authorise':
      return authorise(asked)
    case 'reconcile':
      if (!charged.has(key) && !never.has(key)) write({ never: key })
      return charged.get(key) ?? noSuchPayment
    default: {
      const order = asked.operation as 'capture' | 'void' | 'refund'
      return write({ order, of: asked }) === 'done' ? { status: 'done' } : refused
    }
  }
}

const noSuchPayment = { status: 'error', gatewayCode: 'no-such-payment' }
const refused = { status: 'refused', gatewayCode: 'not-possible' }

async function authorise({ idempotencyKey: key, amount }: Asked): Promise<object> {
  if (charged.has(key)) books.again.push(key)
  const [least, most] = manners.milliseconds
  await pause((least + Math.random() * (most - least)) / 2)
  if (never.has(key)) return noSuchPayment
  if (!charged.has(key)) write({ charged: key, reference: randomUUID(), amount })
  if (manners.dies > 0) process.kill(process.pid, 'SIGKILL')
  await pause((least + Math.random() * (most - least)) / 2)
  return charged.get(key) ?? noSuchPayment
}

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
  return Buffer.concat(parts).toString()
}

const server = createServer(async (request, response) => {
  try {
    const text = await read(request)
    const say = (body: object) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (request.url === '/books') {
      const all: GatewayBooks = { moved: ledger.moved(), charged: [...charged.keys()], again: books.again }
      say(all)
    } else if (request.url === '/manners') {
      manners = JSON.parse(text)
      say({})
    } else say(await answer(JSON.parse(text)))
  } catch {
    response.destroy()
  }
})
server.listen(Number(port), '127.0.0.1', () => process.send?.('ready'))
process.on('disconnect', () => process.exit(1))
