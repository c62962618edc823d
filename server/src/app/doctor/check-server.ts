import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExaminedPoint } from '../../cli/tools.ts'
import type { Config } from '../../config/config.ts'
import { version } from '../version.ts'
import type { Machine } from './machine.ts'
import { inOrder, toConsider, wrong } from './point.ts'

/** Whether the server of this configuration runs, is ready, and is of this version. */
export async function checkServer(
  { host, port, life, metricsToken }: Pick<Config, 'host' | 'port' | 'life' | 'metricsToken'>,
  { get }: Pick<Machine, 'get'>,
): Promise<readonly ExaminedPoint[]> {
  const place = life.opsListen ?? { host, port }
  if (place.port === 0)
    return [toConsider('server', 'It has a port of its own at each start, and was not asked')]
  const origin = `http://${urlHost(place.host)}:${place.port}`
  const answer = await get(`${origin}/readyz`)
  if ('fault' in answer) return [wrong('server', `No server answers at ${origin}: ${answer.fault}`)]
  const status = statusIn(answer.body)
  if (status === undefined) return [wrong('server', `What answers at ${origin} is not Tonegate`)]
  if (answer.status !== 200) return [wrong('server', `The server at ${origin} is not ready: ${status}`)]
  const ready = inOrder('server', `ready at ${origin}`)
  if (life.opsListen === null) return [ready]
  const scraped = await get(
    `${origin}/metrics`,
    metricsToken === null ? {} : { authorization: `Bearer ${metricsToken}` },
  )
  return [ready, ...('body' in scraped ? versionPoint(scraped.body) : [])]
}

/** The process that has a data folder, as far as its file says; it may have ended. */
export function serverProcess(dataFolder: string): number | undefined {
  try {
    const { pid } = JSON.parse(readFileSync(join(dataFolder, 'server.json'), 'utf8'))
    return typeof pid === 'number' ? pid : undefined
  } catch {
    return undefined
  }
}

function statusIn(body: string): string | undefined {
  try {
    const { status } = JSON.parse(body)
    return typeof status === 'string' ? status.slice(0, 200) : undefined
  } catch {
    return undefined
  }
}

function versionPoint(metrics: string): readonly ExaminedPoint[] {
  const [, running] = /^tonegate_build_info\{version="([^"]{1,50})"\}/m.exec(metrics) ?? []
  if (running === undefined) return []
  if (running === version) return [inOrder('version', running)]
  return [
    toConsider('version', `The server runs ${running}, and this is ${version}: restart it after an upgrade`),
  ]
}

/** What all addresses of the machine are listened at by is reached by its own. */
function urlHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
