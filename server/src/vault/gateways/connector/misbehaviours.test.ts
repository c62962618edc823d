import { testMisbehaviours } from '../misbehaviours/test-misbehaviours.ts'
import { testAdapterModel } from '../test-adapter-model.ts'
import { connectorSubject } from './double/test-connector-subject.ts'

testMisbehaviours('The connector', connectorSubject)
testAdapterModel('The connector', connectorSubject)
