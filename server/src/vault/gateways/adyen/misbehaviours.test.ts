import { testMisbehaviours } from '../misbehaviours/test-misbehaviours.ts'
import { testAdapterModel } from '../test-adapter-model.ts'
import { adyenSubject } from './double/test-adyen-subject.ts'

testMisbehaviours('Adyen', adyenSubject)
testAdapterModel('Adyen', adyenSubject)
