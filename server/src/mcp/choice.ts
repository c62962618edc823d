import { type TSchemaOptions, type TUnsafe, Type } from 'typebox'

/** One of some texts. Those who make a model’s grammar of a schema want its type, too. */
export const choice = <const Value extends string>(
  values: readonly Value[],
  options: TSchemaOptions = {},
): TUnsafe<Value> => Type.Unsafe<Value>({ type: 'string', enum: values, ...options })
