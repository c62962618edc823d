import { testMisbehaviours } from '../misbehaviours/test-misbehaviours.ts'
import { testAdapterModel } from '../test-adapter-model.ts'
import { cybersourceSubject } from './double/test-cybersource-subject.ts'

testMisbehaviours('CyberSource', cybersourceSubject)
testAdapterModel('CyberSource', cybersourceSubject)
