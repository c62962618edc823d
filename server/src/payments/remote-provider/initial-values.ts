import { majorAmount } from '../../base/money/major-amount.ts'
import { foldLineBreaks } from '../../base/text/line-breaks.ts'
import { compileTemplate, TemplateError } from '../../base/text/template.ts'
import type { initialValueNames } from '../configurations/initial-value-names.ts'
import type { ProviderSettings } from '../configurations/provider-settings.ts'
import type { ProviderLaunch } from '../provider.ts'
import { invalidMembers } from '../requests/wrong-members.ts'

const maxCharacters = 4096

/**
 * `InitialValues` of a launch (contract/provider §2): the configuration's templates, filled in. What the program sent is
 * put on one line: it is on its way to the provider's gateway.
 *
 * @throws {Problem} `invalid-request` where a value becomes too long.
 */
export function initialValues(
  templates: ProviderSettings['initialValues'],
  { order, sessionGuid, callGuid, paymentData }: ProviderLaunch,
  callbackUrl: string,
): Readonly<Record<string, string>> {
  const sent = Object.entries(paymentData).map(([name, value]) => [name, foldLineBreaks(value ?? '')])
  const values = {
    amount: majorAmount(order),
    amountMinor: String(order.amountMinor),
    currency: order.currency,
    reference: foldLineBreaks(order.reference ?? ''),
    sessionGuid,
    callGuid: callGuid ?? '',
    callbackUrl,
    paymentData: Object.fromEntries(sent) as Record<string, string>,
  } satisfies Record<keyof typeof initialValueNames, unknown>
  return Object.fromEntries(
    Object.entries(templates).map(([name, template]) => {
      try {
        return [name, compileTemplate(template, { maxCharacters }).render(values)]
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error
        const message = `is too long for the provider's initial value ${name}`
        throw invalidMembers([{ path: '/paymentData', message }])
      }
    }),
  )
}
