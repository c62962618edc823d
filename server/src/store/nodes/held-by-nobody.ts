import type { Expression, ExpressionBuilder, SqlBool } from 'kysely'
import type { Tables } from '../tables.ts'

/**
 * That nobody holds a row: no node is written down for it, or one that is not there any more. Whoever finds it so may take
 * it, in one statement that says so again; the lease of everything that a node holds is its own row.
 *
 * @param column where the node stands that holds it, with its table: `capture_session.owner`.
 */
export const heldByNobody = <Name extends keyof Tables>(
  is: ExpressionBuilder<Tables, Name>,
  column: string,
): Expression<SqlBool> => {
  const any = is as unknown as ExpressionBuilder<Tables, keyof Tables>
  return any.not(
    any.exists(
      any
        .selectFrom('node as holder')
        .select('holder.id')
        .whereRef('holder.id', '=', column as never),
    ),
  )
}
