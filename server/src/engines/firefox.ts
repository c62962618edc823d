import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Engine, keyActions, type Where } from './engine.ts'

interface Context {
  readonly context: string
  readonly children?: readonly Context[]
}

/**
 * Starts Firefox without a window and drives it by WebDriver BiDi, which it speaks by itself.
 *
 * @param file the browser's own program.
 */
export async function startFirefox(file: string): Promise<Engine> {
  const profile = mkdtempSync(join(tmpdir(), 'tonegate-firefox-'))
  writeFileSync(join(profile, 'user.js'), 'user_pref("app.update.disabledForTesting", true);\n')
  const browser = spawn(
    file,
    ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0', 'about:blank'],
    { env: { ...process.env, HOME: profile }, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  async function stop(): Promise<void> {
    await ended(browser)
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
  try {
    const send = await connect(`${await addressOf(browser)}/session`)
    const { capabilities } = await send('session.new', {
      capabilities: { alwaysMatch: { unhandledPromptBehavior: { default: 'ignore' } } },
    })
    const tree = async () =>
      (await send('browsingContext.getTree', {})).contexts[0] as Context & Required<Context>
    const contextOf = async (where: Where) => {
      const page = await tree()
      const context = where === 'page' ? page : page.children[0]
      if (!context) throw new Error('The page has no frame.')
      return context.context
    }
    return {
      name: `${capabilities.browserName} ${capabilities.browserVersion}`,
      async open(url) {
        await send('browsingContext.navigate', { context: await contextOf('page'), url, wait: 'complete' })
      },
      async evaluate(expression, where = 'page') {
        const target = { context: await contextOf(where) }
        const { type, result, exceptionDetails } = await send('script.evaluate', {
          ...{ expression: `String(${expression})`, target, awaitPromise: true },
        })
        if (type !== 'success') throw new Error(exceptionDetails.text)
        return result.value
      },
      async type(keys) {
        await send('input.performActions', { context: await contextOf('page'), actions: keyActions(keys) })
      },
      close: stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Firefox says where it listens when it is ready. */
async function addressOf(browser: ChildProcess): Promise<string> {
  if (!browser.stderr) throw new Error('Firefox says nothing.')
  for await (const line of createInterface({ input: browser.stderr })) {
    const address = /WebDriver BiDi listening on (ws:\S+)/.exec(line)?.[1]
    if (address !== undefined) {
      browser.stderr.resume()
      return address
    }
  }
  throw new Error('Firefox ended before it listened.')
}

// biome-ignore lint/suspicious/noExplicitAny: what a command answers is read member by member
type Send = (method: string, params: object) => Promise<any>

async function connect(url: string): Promise<Send> {
  const socket = new WebSocket(url)
  await once(socket, 'open')
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  let count = 0
  socket.addEventListener('message', ({ data }) => {
    const { id, type, result, message } = JSON.parse(String(data))
    const answer = waiting.get(id)
    waiting.delete(id)
    if (type === 'error') answer?.reject(new Error(message))
    else answer?.resolve(result)
  })
  socket.addEventListener('close', () => {
    for (const answer of waiting.values()) answer.reject(new Error('Firefox has gone.'))
  })
  return (method, params) => {
    count += 1
    const answer = Promise.withResolvers<unknown>()
    waiting.set(count, answer)
    socket.send(JSON.stringify({ id: count, method, params }))
    return answer.promise
  }
}

async function ended(browser: ChildProcess): Promise<void> {
  if (browser.exitCode !== null || browser.signalCode !== null) return
  const gone = once(browser, 'exit')
  browser.kill('SIGKILL')
  await gone
}
