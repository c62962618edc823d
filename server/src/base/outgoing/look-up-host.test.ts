import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { createLookUpHost } from './look-up-host.ts'

/** A name server that knows `good.example`, says that there is no `no.example`, and of anything else says nothing. */
async function startNameServer(t: TestContext) {
  const asked: string[] = []
  const socket = createSocket('udp4')
  socket.on('message', (question, { port, address }) => {
    const name = nameIn(question)
    asked.push(name)
    const answer = answerTo(question, name)
    if (answer) socket.send(answer, port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  t.after(() => socket.close())
  return { asked, server: `127.0.0.1:${socket.address().port}` }
}

/** RFC 1035 §4.1.2: labels, each with its length before it. */
function nameIn(question: Buffer): string {
  const labels: string[] = []
  for (let at = 12; question.readUInt8(at) > 0; at += question.readUInt8(at) + 1) {
    labels.push(question.toString('latin1', at + 1, at + 1 + question.readUInt8(at)))
  }
  return labels.join('.').toLowerCase()
}

const answers = { 'good.example': '192.0.2.7', 'no.example': 'none' } as Readonly<Record<string, string>>

function answerTo(question: Buffer, name: string): Buffer | undefined {
  const known = answers[name]
  if (known === undefined) return undefined
  const isForV4 = question.readUInt16BE(12 + name.length + 2) === 1
  const end = 12 + name.length + 2 + 4
  const header = Buffer.from(question.subarray(0, 12))
  header.writeUInt16BE(known === 'none' ? 0x8183 : 0x8180, 2)
  header.writeUInt16BE(known !== 'none' && isForV4 ? 1 : 0, 6)
  header.writeUInt16BE(0, 10)
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...known.split('.').map(Number)])
  return Buffer.concat([header, question.subarray(12, end), ...(known !== 'none' && isForV4 ? [record] : [])])
}

const never = () => new Promise<never>(() => {})
const noHosts = async () => '127.0.0.1 localhost\n'

test('names whose servers are silent keep no other name from being looked up', async (t) => {
  const { server, asked } = await startNameServer(t)
  const lookUp = createLookUpHost({ servers: [server], readHosts: noHosts, lookUpAsSystem: never })
  const silent = Array.from({ length: 50 }, (_, each) =>
    lookUp(`silent-${each}.example`).catch(() => 'no answer'),
  )
  assert.deepEqual(await lookUp('good.example'), [{ address: '192.0.2.7', family: 4 }])
  assert.ok(asked.includes('silent-0.example'))
  assert.deepEqual([...new Set(await Promise.all(silent))], ['no answer'])
})

test('a name that DNS does not know is looked up as the system does', async (t) => {
  const { server } = await startNameServer(t)
  const lookUpAsSystem = async (host: string) => [
    { address: host === 'no.example' ? '192.0.2.9' : '', family: 4 },
  ]
  const lookUp = createLookUpHost({ servers: [server], readHosts: noHosts, lookUpAsSystem })
  assert.deepEqual(await lookUp('no.example'), [{ address: '192.0.2.9', family: 4 }])
})

test('what the hosts file says goes before DNS', async (t) => {
  const { server, asked } = await startNameServer(t)
  const hosts =
    '# ours\n10.0.0.5\tgateway.internal good.example # proxy\n::1 good.example\n10.0.0.6 other.example\n'
  const lookUp = createLookUpHost({ servers: [server], readHosts: async () => hosts, lookUpAsSystem: never })
  assert.deepEqual(await lookUp('GOOD.example.'), [
    { address: '10.0.0.5', family: 4 },
    { address: '::1', family: 6 },
  ])
  assert.deepEqual(asked, [])
})

test('without a hosts file DNS is asked', async (t) => {
  const { server } = await startNameServer(t)
  const readHosts = async () => {
    throw new Error('ENOENT')
  }
  const lookUp = createLookUpHost({ servers: [server], readHosts, lookUpAsSystem: never })
  assert.deepEqual(await lookUp('good.example'), [{ address: '192.0.2.7', family: 4 }])
})
