import { testAdapterModel } from '../test-adapter-model.ts'
import { testMisbehaviours } from '../test-misbehaviours.ts'
import { adyenSubject } from './double/test-adyen-subject.ts'

testMisbehaviours('Adyen', adyenSubject)
testAdapterModel('Adyen', adyenSubject)
