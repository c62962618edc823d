import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SplitRole } from '../config/channel-settings.ts'
import type { SandboxFile } from '../sandbox/sandbox-file.ts'
import { linkConfigurationId } from './test-books.ts'

/** What the program asks the API for, and its customer pays at the vault. */
export function createTestProgram(folder: string, ports: Readonly<Record<SplitRole, number>>) {
  async function authorization(): Promise<string> {
    const { regions } = JSON.parse(readFileSync(join(folder, 'api', 'sandbox.json'), 'utf8')) as SandboxFile
    const client = regions.nam?.clients[0]
    const answer = await fetch(`http://127.0.0.1:${ports.api}/auth/connect/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: 'globalpci',
        client_id: client?.clientId ?? '',
        client_secret: client?.clientSecret ?? '',
      }),
    })
    return `Bearer ${((await answer.json()) as { access_token: string }).access_token}`
  }

  return {
    /** Asks for a session until it is answered. @param between two tries. */
    async opened(
      key: 'with a key' | 'without a key',
      answers: number[],
      between: () => Promise<void>,
    ): Promise<Created> {
      const headers = {
        authorization: await authorization(),
        'content-type': 'application/json',
        ...(key === 'with a key' && { 'idempotency-key': 'order-1' }),
      }
      for (let tries = 0; tries < 200; tries += 1) {
        const answer = await fetch(`http://127.0.0.1:${ports.api}/globalpci/v1/digitalsession`, {
          method: 'POST',
          headers,
          body: JSON.stringify({
            agentId: 'agent7',
            accountConfigurationId: linkConfigurationId,
            paymentData: { Amount: '12.40', Currency: 'GBP', CustomerPhoneNumber: '+447700900123' },
          }),
        }).catch(() => undefined)
        answers.push(answer?.status ?? 0)
        if (answer?.status === 200) return (await answer.json()) as Created
        assert.ok([0, 409, 503].includes(answer?.status ?? 0), `${answer?.status} ${await answer?.text()}`)
        await between()
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      throw new Error(`It was never opened: ${answers.join()}`)
    },
    async status(sessionGuid: string) {
      const answer = await fetch(`http://127.0.0.1:${ports.api}/globalpci/v1/session/${sessionGuid}`, {
        headers: { authorization: await authorization() },
      })
      // biome-ignore lint/suspicious/noExplicitAny: an answer is looked at member by member
      return (await answer.json()) as any
    },
    async pay(paymentFormUrl: string): Promise<void> {
      const url = new URL(new URL(paymentFormUrl).pathname, `http://127.0.0.1:${ports.vault}`)
      const card = { cardNumber: '4111111111111111', expiry: '12/30', securityCode: '123' }
      const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(card) })
      assert.match(await answer.text(), /message approved/)
    },
  }
}

interface Created {
  readonly sessionGuid: string
  readonly providerSessionGuid: string
  readonly paymentFormUrl: string
}
