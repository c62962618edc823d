import { testMisbehaviours } from '../misbehaviours/test-misbehaviours.ts'
import { testAdapterModel } from '../test-adapter-model.ts'
import { stripeSubject } from './double/test-stripe-subject.ts'

testMisbehaviours('Stripe', stripeSubject)
testAdapterModel('Stripe', stripeSubject)
