import { randomBytes } from 'node:crypto'
import { type Scenario, withServers } from '../bench.ts'
import { measure } from '../measure.ts'
import { throughputHead, throughputRow } from '../report.ts'
import { freePort, startServer } from '../server-process.ts'
import { openSessionRequest, requestToken, startTonegate } from '../tonegate.ts'

/** `POST /v1/session` with the vault in a process of its own, beside one process that is both. */
export const twoProcesses: Scenario = ({ generator, plan, newFolder }) =>
  withServers(async (keep) => {
    const whole = keep(await startTonegate({ data: newFolder('whole') }))
    const [vaultChannel, apiChannel, port] = [await freePort(), await freePort(), await freePort()]
    const key = randomBytes(32).toString('base64')
    const environmentOf = (role: 'api' | 'vault', listen: number, peer: number) => ({
      TONEGATE_ROLE: role,
      TONEGATE_CHANNEL_KEY: key,
      TONEGATE_CHANNEL_LISTEN: `127.0.0.1:${listen}`,
      TONEGATE_CHANNEL_PEER: `https://127.0.0.1:${peer}`,
    })
    keep(
      await startServer({
        entry: '../../dist/main.js',
        port,
        environment: {
          ...environmentOf('vault', vaultChannel, apiChannel),
          HOST: '127.0.0.1',
          PORT: String(port),
          TONEGATE_DATA: newFolder('vault'),
          TONEGATE_LOG_LEVEL: 'warn',
        },
      }),
    )
    const api = keep(
      await startTonegate({
        data: newFolder('api'),
        environment: environmentOf('api', apiChannel, vaultChannel),
      }),
    )
    const contenders = []
    for (const [name, started] of [
      ['two processes', api],
      ['one process', whole],
    ] as const) {
      const requests = [openSessionRequest(started.apiUrl, await requestToken(started))]
      contenders.push({ name, server: started.server, requests })
    }
    const [split, one] = await measure(generator, plan, contenders)
    if (!split || !one) throw new Error('A contender was not measured.')
    return [
      {
        title: 'POST /v1/session, split',
        about:
          'The Payment API in one process and the vault in another, each with its database, beside both in one. Two ' +
          'commits, one after the other, and a request between them, on the same two cores as the load.',
        head: throughputHead('one process'),
        rows: [split, one].map((each) => throughputRow(each, one)),
        targets: [],
      },
    ]
  })
