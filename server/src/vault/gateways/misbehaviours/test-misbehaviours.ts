import type { StartSubject } from '../test-subject.ts'
import { testAtBank } from './test-at-bank.ts'
import { testConnections } from './test-connections.ts'
import { testKeptCards } from './test-kept-cards.ts'
import { testLateAnswers } from './test-late-answers.ts'
import { testLostAnswers, testNoAnswers } from './test-lost-answers.ts'
import { testRepeatedCard } from './test-repeated-card.ts'
import { testStatuses, testWrongAnswers } from './test-wrong-answers.ts'

/**
 * Tests how an adapter takes what a gateway may do wrong; alone, and in the vault.
 *
 * @param bank `asks-nothing`: the adapter has no 3-D Secure.
 */
export function testMisbehaviours(
  name: string,
  start: StartSubject,
  bank: 'asks' | 'asks-nothing' = 'asks',
): void {
  testWrongAnswers(name, start)
  testStatuses(name, start)
  testConnections(name, start)
  testLostAnswers(name, start)
  testLateAnswers(name, start)
  if (bank === 'asks') testAtBank(name, start)
  testNoAnswers(name, start)
  testKeptCards(name, start)
  testRepeatedCard(name, start)
}
