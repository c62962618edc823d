import { adyenSubject } from './adyen/double/test-adyen-subject.ts'
import { connectorSubject } from './connector/double/test-connector-subject.ts'
import { cybersourceSubject } from './cybersource/double/test-cybersource-subject.ts'
import { stripeSubject } from './stripe/double/test-stripe-subject.ts'
import { playAdapter } from './test-adapter-model.ts'

const subjects = {
  stripe: stripeSubject,
  adyen: adyenSubject,
  cybersource: cybersourceSubject,
  connector: connectorSubject,
}

/**
 * `npm run soak:adapters`: hundreds of stories with each adapter (`RUNS`), or with one (`ADAPTER`); `SEED` plays those of a
 * failure again. Some minutes.
 */
const { RUNS = 300, SEED, ADAPTER } = process.env
for (const [name, subject] of Object.entries(subjects)) {
  if (ADAPTER !== undefined && ADAPTER !== name) continue
  const seed = SEED === undefined ? {} : { seed: Number(SEED) }
  const { runs, ends } = await playAdapter(subject, { runs: Number(RUNS), ...seed })
  const told = [...ends].sort(([, a], [, b]) => b - a).map(([end, count]) => `${count} ${end}\n`)
  process.stdout.write(
    `${name}: ${runs} stories, and ledger and store agreed in all of them:\n${told.join('')}`,
  )
}
