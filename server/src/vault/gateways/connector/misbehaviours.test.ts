import { testAdapterModel } from '../test-adapter-model.ts'
import { testMisbehaviours } from '../test-misbehaviours.ts'
import { connectorSubject } from './double/test-connector-subject.ts'

testMisbehaviours('The connector', connectorSubject)
testAdapterModel('The connector', connectorSubject)
