import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMessages } from './messages.ts'
import { accountId, startWebhooks } from './test-webhooks.ts'

test('a look for what is due seeks in an index, and so does taking it', async (t) => {
  const { store } = await startWebhooks(t)
  const plans: string[] = []
  const reading = {
    async execute({ sql }: { readonly sql: string }, parameters: readonly unknown[]) {
      const explained = { sql: `explain query plan ${sql}`, returnsRows: true }
      const { rows } = await store.reader.execute(explained, parameters)
      plans.push(JSON.stringify(rows))
      return { rows: [], changes: 0 }
    },
  }
  const watched = {
    ...store,
    reader: reading,
    write: async <T>(run: (tx: typeof reading) => Promise<T>) => run(reading),
  }
  const messages = createMessages({ store: watched, sealer: {} as never })
  await messages.nextReceiver({ accountId: -1, configurationId: -1 })
  await messages.hold({ accountId, configurationId: 0 }, 1, 2, 10)
  assert.equal(plans.length, 2)
  for (const plan of plans) {
    assert.match(plan, /webhook_delivery_due/)
    assert.doesNotMatch(plan, /SCAN|TEMP B-TREE/)
  }
})
