import type { Log } from '../../../base/log.ts'
import { TemplateError, type TemplateValues } from '../../../base/text/template.ts'
import type { ProviderSessionTable } from '../../../store/tables.ts'
import type { ChosenCallback, LaunchedOrder } from '../provider-session.ts'
import { callbackBody } from './callback-message.ts'
import type { CallbackMessage } from './callback-seal.ts'
import { callbackMessageValues, itemValues, type ResultValues } from './callback-values.ts'

/** The callbacks that tell of a result: one, or one for each item of the session. */
export type MessagesFor = (
  row: ProviderSessionTable,
  result: ResultValues,
  launched: LaunchedOrder,
) => readonly CallbackMessage[]

export function createMessagesFor(log: Log): MessagesFor {
  function messageOf(
    { guid }: ProviderSessionTable,
    callback: ChosenCallback,
    values: TemplateValues,
    item: number,
  ): readonly CallbackMessage[] {
    const { url, privateAddresses, signingSecret } = callback
    try {
      return [
        {
          ...callbackBody(callback, values),
          url,
          privateAddresses,
          item,
          ...(signingSecret !== undefined && { signingSecret }),
        },
      ]
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      log.error({ err: error, capture: guid, item }, 'a callback’s template could not be filled in')
      return []
    }
  }

  return (row, result, { callback, order, items, initialValues }) => {
    if (!callback) return []
    const values = callbackMessageValues(result, initialValues)
    if (!items) return messageOf(row, callback, values, 0)
    const said = { order, amounts: callback.amounts, count: items.length }
    return items.flatMap((item) =>
      messageOf(row, callback, { ...values, ...itemValues(item, said) }, item.number),
    )
  }
}
