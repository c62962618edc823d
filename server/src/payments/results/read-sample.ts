import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { WrongMember } from '../../base/problem.ts'
import { type CreateRequest, readCreateRequest } from '../requests/read-create-request.ts'
import { invalidMembers } from '../requests/wrong-members.ts'
import type { Sample } from './preview-result.ts'

const check = Compile(
  Type.Object(
    {
      paymentData: Type.Optional(Type.Unknown()),
      details: Type.Optional(
        Type.Record(Type.String(), Type.String({ maxLength: 256 }), { maxProperties: 40 }),
      ),
    },
    { additionalProperties: false },
  ),
)

/**
 * Reads the example that a preview is made with: `paymentData` as a program would send it, and `details` as a gateway
 * would answer them.
 *
 * @throws {Problem} `invalid-request` with each wrong member by its path; `card-data-refused`.
 */
export function readSample(value: unknown): Omit<Sample, 'outcome'> {
  if (!check.Check(value)) throw invalidMembers(wrongMembers(value))
  const { paymentData, details } = value
  return {
    ...(paymentData !== undefined && dataOf(readCreateRequest({ paymentData }))),
    ...(details && { details }),
  }
}

const dataOf = ({ paymentData, numbers }: CreateRequest) => ({ paymentData, numbers })

function wrongMembers(value: unknown): readonly WrongMember[] {
  return check.Errors(value).map(({ instancePath, message }) => ({ path: instancePath || '/', message }))
}
