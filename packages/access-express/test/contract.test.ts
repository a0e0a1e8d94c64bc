import { describeContract } from '../../access/test/contract/contract.ts'
import { subjects } from './subjects.ts'

for (const kind of subjects) describeContract(kind)
