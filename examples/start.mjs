import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * `npm run example <name>`: starts an example with the running sandbox's address, client and agent in its environment. What is
 * there already stays. Elsewhere, set the variables yourself and start the program itself.
 */
const { execPath, env, argv } = process
const programs = {
  'express-shop': [execPath, 'shop.ts'],
  'agent-desktop': [execPath, 'desktop-server.ts'],
  'webhook-receiver': [execPath, 'receiver.ts'],
  'fastapi-shop': [env.PYTHON ?? 'python3', '-m', 'uvicorn', 'shop:app', '--port', env.PORT ?? '3000'],
}

const name = argv[2] ?? ''
const [command, ...words] = programs[name] ?? []
if (name === 'webhook-receiver' && !env.WEBHOOK_SECRET)
  stop('WEBHOOK_SECRET is missing: the signing secret that `listen`, or `webhook add-secret`, shows.')
if (!command) stop(`Which example? npm run example ${Object.keys(programs).join(' | ')}`)

const python = join(import.meta.dirname, '../clients/python/src')
const program = spawn(command, words, {
  cwd: join(import.meta.dirname, name),
  stdio: 'inherit',
  env: { PYTHONPATH: python, ...sandbox(), ...env },
})
program.on('error', ({ message }) => stop(`${command} could not be started: ${message}`))
program.on('exit', (code) => process.exit(code ?? 1))
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => program.kill(signal))

function sandbox() {
  if (env.TONEGATE_URL || name === 'webhook-receiver') return {}
  try {
    const file = join(env.TONEGATE_DATA ?? join(import.meta.dirname, '../data'), 'sandbox.json')
    const { simulatorUrl, default: region, regions } = JSON.parse(readFileSync(file, 'utf8'))
    const { clientId, clientSecret } = regions[region].clients[0]
    return {
      TONEGATE_URL: new URL(simulatorUrl).origin,
      CLIENT_ID: clientId,
      CLIENT_SECRET: clientSecret,
      AGENT_ID: 'agent12345',
    }
  } catch {
    return stop('No sandbox was found. Start it first, in another terminal: npm start')
  }
}

function stop(text) {
  process.stderr.write(`${text}\n`)
  process.exit(1)
}
