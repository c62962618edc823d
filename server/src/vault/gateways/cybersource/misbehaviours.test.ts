import { testAdapterModel } from '../test-adapter-model.ts'
import { testMisbehaviours } from '../test-misbehaviours.ts'
import { cybersourceSubject } from './double/test-cybersource-subject.ts'

testMisbehaviours('CyberSource', cybersourceSubject)
testAdapterModel('CyberSource', cybersourceSubject)
