import type { Cases } from '../contract.ts'
import { listing } from './listing.ts'
import { names } from './names.ts'
import { reading } from './reading.ts'
import { saving } from './saving.ts'

export const cases: Cases = { ...reading, ...saving, ...names, ...listing }
