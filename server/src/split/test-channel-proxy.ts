import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Where a request of the API is, on its way to the vault and back. */
export const moments = [
  'the connection is made',
  'the launch is on its way',
  'the launch has arrived',
  'its answer is on its way',
  'half of its answer has come',
  'its answer has come',
  'the vault is being told',
  'the vault has been told',
] as const

export type Moment = (typeof moments)[number]

/** What happens at a moment: `cut` ends the connection there, as if its rest had been lost. */
type Happening = () => Promise<'cut' | 'go on'> | 'cut' | 'go on'

const applicationData = 0x17
const headerBytes = 5

/**
 * Stands between the API and the vault, and lets something happen at a moment of the first launch that passes once it is
 * armed: the processes have greeted each other by then. It cannot read what passes, but sees where a record of TLS begins and
 * ends.
 */
export async function startChannelProxy(vaultPort: number, moment: Moment | undefined, happening: Happening) {
  const sockets = new Set<Socket>()
  let requests = 0
  let answers = 0
  let has: 'not armed' | 'not happened' | 'happened' = 'not armed'

  const server = createServer({ allowHalfOpen: true }, (api) => {
    /** What is held back is passed on although nobody waits for it any more. */
    let isHeld = false
    const vault = connect(vaultPort, '127.0.0.1')
    for (const socket of [api, vault]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        api.destroy()
        if (isHeld) vault.end()
        else vault.destroy()
      })
    }
    const reached = async (at: Moment): Promise<boolean> => {
      if (at !== moment || has !== 'not happened') return true
      has = 'happened'
      isHeld = true
      const next = await happening()
      isHeld = false
      if (next === 'go on') return true
      api.destroy()
      vault.destroy()
      return false
    }
    void (async () => {
      if (!(await reached('the connection is made'))) return
      void pass(api, vault, async (record) => {
        const isNext = requests === answers
        if (isNext) requests += 1
        if (isNext && requests === 1 && !(await reached('the launch is on its way'))) return
        if (isNext && requests === 2 && !(await reached('the vault is being told'))) return
        vault.write(record)
        if (isNext && requests === 1) await reached('the launch has arrived')
      })
      void pass(vault, api, async (record) => {
        const isNext = requests > answers
        if (isNext) answers += 1
        if (isNext && answers === 2 && !(await reached('the vault has been told'))) return
        if (!isNext || answers !== 1) return void api.write(record)
        if (!(await reached('its answer is on its way'))) return
        const half = Math.floor(record.length / 2)
        api.write(record.subarray(0, half))
        if (!(await reached('half of its answer has come'))) return
        api.write(record.subarray(half))
        await reached('its answer has come')
      })
    })()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    hasHappened: () => has === 'happened',
    /** From now on the next request that passes is the first launch. */
    arm(): void {
      has = 'not happened'
      requests = 0
      answers = 0
      if (moment === 'the connection is made') for (const socket of sockets) socket.destroy()
    },
    close(): void {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

/** Passes records on, one after the other; those that hold no data of an application as they are. */
async function pass(
  from: Socket,
  to: Socket,
  applicationRecord: (record: Buffer) => Promise<void>,
): Promise<void> {
  let waiting = Buffer.alloc(0)
  try {
    for await (const part of from) {
      waiting = Buffer.concat([waiting, part])
      while (waiting.length >= headerBytes) {
        const length = headerBytes + waiting.readUInt16BE(3)
        if (waiting.length < length) break
        const record = waiting.subarray(0, length)
        waiting = waiting.subarray(length)
        if (record[0] === applicationData) await applicationRecord(record)
        else to.write(record)
      }
    }
  } catch {
    // The connection was cut.
  }
}
