import { restoreFields } from '../fields/sealed-card.ts'
import type { PaymentLinks } from '../links/payment-links.ts'
import { CardEntry } from './card-entry.ts'
import type { OpenCardEntry } from './card-entry-host.ts'
import type { SessionSource } from './open-sessions.ts'
import { SessionHost, type SessionServices } from './session-host.ts'

/** Makes the state machine of an open session, with its row behind it. */
export function createWakeSession({
  links,
  ...services
}: SessionServices & { readonly links: PaymentLinks }): (source: SessionSource) => OpenCardEntry {
  const { clock, log, sealer, sessionMeter } = services

  function restore({ guid, fields }: OpenCardEntry, sealed: Uint8Array): void {
    try {
      restoreFields(sealer, guid, sealed, fields)
    } catch (error) {
      log.error({ err: error, capture: guid }, 'the sealed card of a session cannot be decrypted')
    }
  }

  return (source) => {
    const host = new SessionHost(services, source, (what) => {
      if (what === 'ended') session.endedElsewhere()
      else session.suspend()
    })
    const session: OpenCardEntry = new CardEntry({ source, host, links, clock, log, sessionMeter })
    if (source.sealedFields) restore(session, source.sealedFields)
    return session
  }
}
