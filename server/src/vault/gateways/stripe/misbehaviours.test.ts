import { testAdapterModel } from '../test-adapter-model.ts'
import { testMisbehaviours } from '../test-misbehaviours.ts'
import { stripeSubject } from './double/test-stripe-subject.ts'

testMisbehaviours('Stripe', stripeSubject)
testAdapterModel('Stripe', stripeSubject)
