import { UniqueViolation } from '../store/store.ts'
import { Refused } from './refused.ts'

/** Awaits what makes something new. @throws {Refused} with the text when its name is taken. */
export async function refuseTaken<T>(made: Promise<T>, text: string): Promise<T> {
  try {
    return await made
  } catch (error) {
    if (error instanceof UniqueViolation) throw new Refused(text)
    throw error
  }
}
