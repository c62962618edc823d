import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { type Engine, frameNumber } from './engine.ts'

/** Under which WebDriver hands on a frame (WebDriver §12). */
const elementKey = 'element-6066-11e4-a52e-4f735466cecf'
const maxReplyMilliseconds = 20_000

/**
 * Starts WebKitGTK's small browser and drives it by WebDriver. It needs a display: one of its own is made by Xvfb.
 *
 * @param files the driver, the browser and Xvfb.
 */
export async function startWebKit(files: {
  readonly driver: string
  readonly browser: string
  readonly display: string
}): Promise<Engine> {
  const display = spawn(
    files.display,
    ['-displayfd', '3', '-screen', '0', '1024x900x24', '-nolisten', 'tcp'],
    {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    },
  )
  const [number] = (await once(display.stdio[3] as NodeJS.ReadableStream, 'data')) as [Buffer]
  const port = await freePort()
  const driver = spawn(files.driver, [`--port=${port}`], {
    env: {
      ...process.env,
      DISPLAY: `:${String(number).trim()}`,
      LANG: 'en_GB.UTF-8',
      LIBGL_ALWAYS_SOFTWARE: '1',
    },
    stdio: 'ignore',
  })
  const origin = `http://127.0.0.1:${port}`
  async function stop(session?: string): Promise<void> {
    if (session !== undefined) await command(origin, 'DELETE', `/session/${session}`).catch(() => undefined)
    await ended(driver)
    await ended(display)
  }
  try {
    await listening(origin)
    const { sessionId, capabilities } = await command(origin, 'POST', '/session', {
      capabilities: {
        alwaysMatch: { 'webkitgtk:browserOptions': { binary: files.browser, args: ['--automation'] } },
      },
    })
    const send = (method: 'GET' | 'POST', path: string, body?: object) =>
      command(origin, method, `/session/${sessionId}${path}`, body)
    return {
      name: `WebKitGTK ${capabilities.browserVersion}`,
      async open(url) {
        await send('POST', '/url', { url })
      },
      async evaluate(expression, where = 'page') {
        await send('POST', '/frame', { id: null })
        if (where !== 'page') {
          const frames = await send('POST', '/elements', { using: 'css selector', value: 'iframe' })
          await send('POST', '/frame', { id: { [elementKey]: frames[frameNumber[where]]?.[elementKey] } })
        }
        return send('POST', '/execute/sync', { script: `return String(${expression})`, args: [] })
      },
      async type(keys) {
        await send('POST', '/frame', { id: null })
        await send('POST', '/actions', { actions: keyActions(keys) })
      },
      close: () => stop(sessionId),
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The keys of a text, as WebDriver names them (§17.4). */
const keyActions = (keys: string) => [
  {
    type: 'key',
    id: 'keyboard',
    actions: [...keys].flatMap((value) => [
      { type: 'keyDown', value },
      { type: 'keyUp', value },
    ]),
  },
]

async function command(
  origin: string,
  method: string,
  path: string,
  body?: object,
  // biome-ignore lint/suspicious/noExplicitAny: what a command answers is read member by member
): Promise<any> {
  const answer = await fetch(`${origin}${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(maxReplyMilliseconds),
  })
  const { value } = (await answer.json()) as { readonly value: { readonly message?: string } }
  if (!answer.ok) throw new Error(`${path}: ${value.message}`)
  return value
}

async function listening(origin: string): Promise<void> {
  const end = Date.now() + maxReplyMilliseconds
  for (;;) {
    if (await command(origin, 'GET', '/status').then(Boolean, () => false)) return
    if (Date.now() > end) throw new Error('The driver of WebKitGTK does not answer.')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** The driver takes no port by itself that it would tell of. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('There is no free port.')
  return address.port
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}
