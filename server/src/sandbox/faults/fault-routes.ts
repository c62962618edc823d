import { type Static, Type } from 'typebox'
import type { Clock } from '../../base/clock.ts'
import type { Http } from '../../http/http.ts'
import { requireAlone } from '../tools/require-alone.ts'
import { type FaultKind, type Faults, faultKinds } from './faults.ts'

const kinds = Object.keys(faultKinds) as FaultKind[]

/** A status may be written as a number. */
const newFault = Type.Object(
  {
    kind: Type.Enum([...kinds, 429, 502, 503]),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    path: Type.Optional(Type.String({ pattern: '^/', maxLength: 300 })),
    seconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 300 })),
  },
  { additionalProperties: false },
)

/** `POST /sandbox/faults` arms what goes wrong with the next requests, `GET` says what is armed, `DELETE` clears it. */
export const faultRoutes =
  ({ faults, clock }: { readonly faults: Faults; readonly clock: Clock }) =>
  (app: Http): void => {
    const told = () => ({ faults: faults.all(), kinds: faultKinds })

    app.get('/sandbox/faults', async () => told())

    app.post('/sandbox/faults', { schema: { body: newFault } }, async ({ body }) => {
      requireAlone(clock, 'Faults can be armed')
      const { kind, count = 1, ...more }: Static<typeof newFault> = body
      faults.arm({ kind: String(kind) as FaultKind, left: count, ...more })
      return told()
    })

    app.delete('/sandbox/faults', async () => {
      faults.clear()
      return told()
    })
  }
