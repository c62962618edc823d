import type { ExaminedPoint } from '../../cli/tools.ts'
import type { Config } from '../../config/config.ts'
import type { Holder } from '../databases/lock-data-folder.ts'
import { version } from '../version.ts'
import type { Machine } from './machine.ts'
import { inOrder, toConsider, wrong } from './point.ts'

/**
 * Whether the server of this configuration runs, is ready, and is of this version.
 *
 * @param holder what the server of this data folder has written down of itself, where there is any.
 */
export async function checkServer(
  { host, port, life, metricsToken }: Pick<Config, 'host' | 'port' | 'life' | 'metricsToken'>,
  holder: Pick<Holder, 'address' | 'version'> | undefined,
  { get }: Pick<Machine, 'get'>,
): Promise<readonly ExaminedPoint[]> {
  const place = life.opsListen ?? { host, port }
  const address = place.port === 0 ? holder?.address : `${urlHost(place.host)}:${place.port}`
  if (address === undefined)
    return [toConsider('server', 'It has a port of its own at each start, and none runs on this data folder')]
  const origin = `http://${address}`
  const answer = await get(`${origin}/readyz`)
  if ('fault' in answer) return [wrong('server', `No server answers at ${origin}: ${answer.fault}`)]
  const status = statusIn(answer.body)
  if (status === undefined) return [wrong('server', `What answers at ${origin} is not Tonegate`)]
  if (answer.status !== 200) return [wrong('server', `The server at ${origin} is not ready: ${status}`)]
  const headers = metricsToken === null ? {} : { authorization: `Bearer ${metricsToken}` }
  const metrics = life.opsListen === null ? undefined : await get(`${origin}/metrics`, headers)
  const running = metrics && 'body' in metrics ? versionIn(metrics.body) : holder?.version
  return [inOrder('server', `ready at ${origin}`), versionPoint(running)]
}

function statusIn(body: string): string | undefined {
  try {
    const { status } = JSON.parse(body)
    return typeof status === 'string' ? status.slice(0, 200) : undefined
  } catch {
    return undefined
  }
}

const versionIn = (metrics: string): string | undefined =>
  /^tonegate_build_info\{version="([^"]{1,50})"\}/m.exec(metrics)?.[1]

function versionPoint(running: string | undefined): ExaminedPoint {
  if (running === version) return inOrder('version', running)
  if (running !== undefined)
    return toConsider(
      'version',
      `The server runs ${running}, and this is ${version}: restart it after an upgrade`,
    )
  return toConsider(
    'version',
    `This is ${version}. What the server runs is not known: it says so at its operations port, TONEGATE_OPS_LISTEN`,
  )
}

/** What all addresses of the machine are listened at by is reached by its own. */
function urlHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
